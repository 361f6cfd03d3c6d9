import type { estypes } from '@elastic/elasticsearch';

/**
 * Grows with each change of a mapping. Changes only add fields: an older index gets them in place when it is first
 * written to, and one of a later version goes on taking what this one writes.
 */
export const schemaVersion = 2;

/** An index as it is to be: what it is made with, and what one that is there already must agree with. */
export interface IndexDefinition {
  readonly settings: estypes.IndicesIndexSettings;
  readonly properties: Record<string, estypes.MappingProperty>;
  /** Fields that are indexed but not kept in `_source`. */
  readonly notInSource: readonly string[];
  readonly identity: IndexIdentity;
}

/** Kept in `_meta`; dimensions are null for indexes that hold no chunks. */
interface IndexIdentity {
  readonly schema_version: number;
  readonly dimensions: number | null;
}

/** Of an index that holds no chunks. */
export const ofNoCorpus: IndexIdentity = {
  schema_version: schemaVersion,
  dimensions: null,
};

/** A second copy wherever there is a second node. */
export const oneShard: estypes.IndicesIndexSettings = { number_of_shards: 1, auto_expand_replicas: '0-1' };

/** The server makes nothing visible by itself: each refresh that is needed is asked for, and shared. */
export const noRefresh: estypes.IndicesIndexSettings = { refresh_interval: '-1' };

/** What a generation's indexes are made with. */
export interface GenerationLayout {
  readonly dimensions: number;
  /** Chunks of a document lie on one of them together, and so become visible together. */
  readonly shards: number;
}

export const keyword: estypes.MappingProperty = { type: 'keyword' };
const long: estypes.MappingProperty = { type: 'long' };
/** Kept and given back, never searched; holds any length. */
const kept: estypes.MappingProperty = { type: 'keyword', index: false, doc_values: false };
const keptNumber: estypes.MappingProperty = { type: 'integer', index: false, doc_values: false };

/** From 384 dimensions on one bit a dimension is enough when three times as many are scored again in full. */
const binaryFromDimensions = 384;
/** Up to here a scan of the quantised vectors is as quick as a graph, exact, and spares building it. */
const scanUpToVectors = 10_000;

/**
 * HNSW with m 16 and ef_construction 100 over quantised vectors; a segment below {@link scanUpToVectors}
 * builds no graph, so a small corpus is scanned and a large one is not, without knowing its size here.
 * Candidates are scored again with the full vectors, so the scores are those of the vectors as written.
 */
export function vectorField(dimensions: number): estypes.MappingProperty {
  const binary = dimensions >= binaryFromDimensions;
  return {
    type: 'dense_vector',
    dims: dimensions,
    similarity: 'dot_product',
    index_options: {
      type: binary ? 'bbq_hnsw' : 'int8_hnsw',
      m: 16,
      ef_construction: 100,
      rescore_vector: { oversample: binary ? 3 : 1.5 },
      flat_index_threshold: scanUpToVectors,
    },
  };
}

/** Chunks of one generation. */
export function chunkIndexDefinition({ dimensions, shards }: GenerationLayout): IndexDefinition {
  return {
    settings: {
      ...oneShard,
      ...noRefresh,
      number_of_shards: shards,
      similarity: { default: { type: 'BM25', k1: 1.2, b: 0.75 } },
      'mapping.exclude_source_vectors': true,
    },
    properties: {
      document_id: kept,
      document_key: keyword,
      version: keyword,
      position: keptNumber,
      chunk_id: keyword,
      start: keptNumber,
      end: keptNumber,
      token_count: keptNumber,
      headings: kept,
      title: kept,
      text: kept,
      metadata: kept,
      terms: { type: 'text', analyzer: 'whitespace', index_options: 'freqs' },
      tokens: { type: 'keyword', doc_values: false },
      filter_terms: { type: 'keyword', doc_values: false },
      embedding_key: keyword,
      vector: vectorField(dimensions),
    },
    notInSource: ['terms', 'tokens', 'filter_terms'],
    identity: { schema_version: schemaVersion, dimensions },
  };
}

/** Added in version 2. */
export const manifestFieldsOfVersion2: Record<string, estypes.MappingProperty> = {
  source_id: keyword,
  bytes: long,
  making: kept,
  dismissed: { type: 'boolean' },
  cause: keyword,
};

/** The manifest of one generation. */
export function manifestDefinition({ shards }: Pick<GenerationLayout, 'shards'>): IndexDefinition {
  return {
    settings: { ...oneShard, ...noRefresh, number_of_shards: shards },
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
      ...manifestFieldsOfVersion2,
    },
    notInSource: [],
    identity: ofNoCorpus,
  };
}

/** All corpora. `record` is the corpus as JSON. */
export const corporaDefinition: IndexDefinition = {
  settings: oneShard,
  properties: { name: keyword, record: kept },
  notInSource: [],
  identity: ofNoCorpus,
};

/** All runs. `record` is the run as JSON. */
export const runsDefinition: IndexDefinition = {
  settings: oneShard,
  properties: { run_id: keyword, corpus: keyword, state: keyword, started_at: keyword, record: kept },
  notInSource: [],
  identity: ofNoCorpus,
};
