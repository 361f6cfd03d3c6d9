import { describe, expect, test } from 'vitest';
import { vectorField } from './chunk-definition.ts';

describe('vectorField', () => {
  test.each([
    [8, 'int8_hnsw', 1.5],
    [383, 'int8_hnsw', 1.5],
    [384, 'bbq_hnsw', 3],
    [3_072, 'bbq_hnsw', 3],
  ])('%d dimensions are indexed as %s and scored again at %d ×', (dims, type, oversample) => {
    expect(vectorField(dims)).toMatchObject({
      dims,
      similarity: 'dot_product',
      index_options: { type, m: 16, ef_construction: 100, rescore_vector: { oversample } },
    });
  });

  test('small segments are scanned, without a graph', () => {
    expect(vectorField(384)).toMatchObject({ index_options: { flat_index_threshold: 10_000 } });
  });
});
