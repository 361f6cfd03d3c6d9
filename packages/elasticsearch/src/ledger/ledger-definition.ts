import type { estypes } from '@elastic/elasticsearch';
import {
  type IndexDefinition,
  keyword,
  noRefresh,
  ofNoVectors,
  oneShard,
} from '../indexes/index-definitions.ts';

/** Summed, never searched by. */
const count: estypes.MappingProperty = { type: 'long', index: false };

/** All entries of the ledger. One shard: groups are then exact, however many there are. */
export const ledgerDefinition: IndexDefinition = {
  settings: { ...oneShard, ...noRefresh },
  properties: {
    at: { type: 'date' },
    day: keyword,
    corpus: keyword,
    run_id: keyword,
    query_id: keyword,
    purpose: keyword,
    provider: keyword,
    model: keyword,
    calls: count,
    input_tokens: count,
    output_tokens: count,
    searches: count,
    truncated: count,
    cached: count,
    unpriced_calls: count,
    usd: { type: 'double', index: false },
  },
  notInSource: [],
  identity: ofNoVectors,
};
