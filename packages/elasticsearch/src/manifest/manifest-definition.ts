import type { estypes } from '@elastic/elasticsearch';
import {
  type IndexDefinition,
  kept,
  keyword,
  noRefresh,
  ofNoVectors,
  oneShard,
} from '../indexes/index-definitions.ts';

const long: estypes.MappingProperty = { type: 'long' };

/** Added in version 2. */
const fieldsOfVersion2: Record<string, estypes.MappingProperty> = {
  source_id: keyword,
  bytes: long,
  making: kept,
  dismissed: { type: 'boolean' },
  cause: keyword,
};

/** The manifest of one generation. One shard, whatever the chunks have: a document takes some hundred bytes of it. */
export const manifestDefinition: IndexDefinition = {
  settings: { ...oneShard, ...noRefresh },
  properties: {
    document_id: kept,
    document_key: keyword,
    export_order: keyword,
    state: keyword,
    revision: long,
    live_revision: long,
    live_version: keyword,
    chunk_count: long,
    content_hash: kept,
    location: kept,
    lane: long,
    attempts: long,
    reason: kept,
    run_id: keyword,
    embedded: long,
    reused: long,
    model_calls: long,
    tokens: long,
    updated_at: { type: 'date' },
    write_id: kept,
    ...fieldsOfVersion2,
  },
  notInSource: [],
  identity: ofNoVectors,
};
