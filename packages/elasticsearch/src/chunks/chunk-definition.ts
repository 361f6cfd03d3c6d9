import type { estypes } from '@elastic/elasticsearch';
import {
  type IndexDefinition,
  kept,
  keyword,
  noRefresh,
  ofNoVectors,
  schemaVersion,
  twoCopies,
} from '../indexes/index-definitions.ts';

/** What a generation's chunk index is made with. */
export interface ChunkLayout {
  readonly dimensions: number;
  /** Chunks of a document lie on one of them together, and so become visible together. */
  readonly shards: number;
}

const keptNumber: estypes.MappingProperty = { type: 'integer', index: false, doc_values: false };

/** Bytes beside the documents: read for few chunks a query, they are not to be in the way of all others; since schema 4. */
const tokenVectors: Record<string, estypes.MappingProperty> = {
  token_vectors: { type: 'binary', doc_values: true },
};
/** What a search reads of its hits; since schema 5. Chunks of before have none, and are named by their `_id`. */
const hitName: Record<string, estypes.MappingProperty> = { hit_name: { type: 'binary', doc_values: true } };

/** From 384 dimensions on one bit a dimension is enough when three times as many are scored again in full. */
const binaryFromDimensions = 384;
/** Up to here a scan of the quantised vectors is as quick as a graph, exact, and spares building it. */
const scanUpToVectors = 10_000;

/** Of formats that have pages, slides or sheets; since schema 3. */
const placeProperties = { page: keptNumber, slide: keptNumber, sheet: kept };

/** Chunks of one generation. */
export function chunkDefinition({ dimensions, shards }: ChunkLayout): IndexDefinition {
  return {
    settings: {
      ...twoCopies,
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
      ...placeProperties,
      terms: { type: 'text', analyzer: 'whitespace', index_options: 'freqs' },
      tokens: { type: 'keyword', doc_values: false },
      filter_terms: { type: 'keyword', doc_values: false },
      embedding_key: keyword,
      vector: vectorField(dimensions),
      ...tokenVectors,
      ...hitName,
    },
    notInSource: ['terms', 'tokens', 'filter_terms', ...Object.keys({ ...tokenVectors, ...hitName })],
    identity: { schema_version: schemaVersion, dimensions },
  };
}

/**
 * What an older chunk index is brought forward to, whatever its dimensions: how it is refreshed, and the fields
 * that were added. What a `_source` leaves out cannot be changed afterwards: an index of before version 4 keeps token
 * vectors there as well, and one of before version 5 hits' names.
 */
export const chunkChanges: Pick<IndexDefinition, 'settings' | 'properties' | 'identity'> = {
  settings: noRefresh,
  properties: { ...placeProperties, ...tokenVectors, ...hitName },
  identity: ofNoVectors,
};

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
