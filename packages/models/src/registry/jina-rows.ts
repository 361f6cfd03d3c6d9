import type { RemoteEmbeddingRow, RemoteRerankRow } from './model-row.ts';
import type { Price } from './price.ts';

const licence = "Jina AI's terms of use (weights: CC BY-NC 4.0)";

/**
 * One price for all models of the API, billed by input tokens: $50 for a billion, as the price card showed on
 * 2026-08-17; $0.045 in the larger package, and older keys may have an older price.
 */
const price: Price = {
  usdPerMillionInputTokens: 0.05,
  usdPerMillionOutputTokens: null,
  usdPerThousandSearches: null,
  batchFactor: null,
  listDate: '2026-08-17',
  source: 'https://jina.ai/embeddings/',
};

const embeddingRow: RemoteEmbeddingRow = {
  kind: 'embedding',
  provider: 'jina',
  name: 'jina-embeddings-v3',
  licence,
  dimensions: 1_024,
  shorter: [32, 64, 128, 256, 512, 768],
  maxTokens: 8_192,
  // No limit is published that we could find: these are ours.
  maxTextsPerCall: 128,
  maxTokensPerCall: null,
  price,
};

/** @see https://jina.ai/models/jina-reranker-v2-base-multilingual */
const rerankRow: RemoteRerankRow = {
  kind: 'rerank',
  provider: 'jina',
  name: 'jina-reranker-v2-base-multilingual',
  licence,
  maxTokens: 1_024,
  maxPassagesPerCall: 100,
  scale: 'probability',
  price,
};

/** Models of Jina AI. */
export const jinaRows = [embeddingRow, rerankRow];
