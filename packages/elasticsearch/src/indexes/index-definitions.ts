import type { estypes } from '@elastic/elasticsearch';

/**
 * Grows with each change of a mapping. Changes only add fields: an older index gets them in place when it is first
 * written to, and one of a later version goes on taking what this one writes.
 */
export const schemaVersion = 5;

/** An index as it is to be: what it is made with, and what one that is there already must agree with. */
export interface IndexDefinition {
  readonly settings: estypes.IndicesIndexSettings;
  readonly properties: Record<string, estypes.MappingProperty>;
  /** Fields that are indexed but not kept in `_source`. */
  readonly notInSource: readonly string[];
  readonly identity: IndexIdentity;
}

/** Kept in `_meta`; dimensions are null for indexes that hold no vectors. */
interface IndexIdentity {
  readonly schema_version: number;
  readonly dimensions: number | null;
}

export const ofNoVectors: IndexIdentity = { schema_version: schemaVersion, dimensions: null };

/** A second copy wherever there is a second node. */
export const twoCopies: estypes.IndicesIndexSettings = { auto_expand_replicas: '0-1' };
export const oneCopy: estypes.IndicesIndexSettings = {
  auto_expand_replicas: 'false',
  number_of_replicas: 0,
};
export const oneShard: estypes.IndicesIndexSettings = { number_of_shards: 1, ...twoCopies };

/** The server makes nothing visible by itself: each refresh that is needed is asked for, and shared. */
export const noRefresh: estypes.IndicesIndexSettings = { refresh_interval: '-1' };

export const keyword: estypes.MappingProperty = { type: 'keyword' };
/** Given back from its column, never searched. */
export const columnOnly: estypes.MappingProperty = { type: 'keyword', index: false };
/** Kept and given back, never searched; holds any length. */
export const kept: estypes.MappingProperty = { type: 'keyword', index: false, doc_values: false };

/** All corpora. `record` is the corpus as JSON. */
export const corporaDefinition: IndexDefinition = {
  settings: { ...oneShard, ...noRefresh },
  properties: { name: keyword, record: kept },
  notInSource: [],
  identity: ofNoVectors,
};

/** All runs. `record` is the run as JSON. */
export const runsDefinition: IndexDefinition = {
  settings: { ...oneShard, ...noRefresh },
  properties: { run_id: keyword, corpus: keyword, state: keyword, started_at: keyword, record: kept },
  notInSource: [],
  identity: ofNoVectors,
};
