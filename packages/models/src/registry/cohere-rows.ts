import type { RemoteEmbeddingRow, RemoteRerankRow } from './model-row.ts';
import type { Price } from './price.ts';

const licence = "Cohere's terms of use";
const source = 'https://cohere.com/pricing';
const unbilled = { usdPerMillionOutputTokens: null, batchFactor: null, source };
const perToken = (usdPerMillionInputTokens: number, listDate: string): Price => ({
  ...unbilled,
  usdPerMillionInputTokens,
  usdPerThousandSearches: null,
  listDate,
});
const perSearch = (usdPerThousandSearches: number, listDate: string): Price => ({
  ...unbilled,
  usdPerMillionInputTokens: null,
  usdPerThousandSearches,
  listDate,
});

/** At most 96 texts a call. @see https://docs.cohere.com/reference/embed */
const embedding = { kind: 'embedding', provider: 'cohere', licence, maxTextsPerCall: 96 } as const;

/**
 * The list of October 2026 names no price for the v3 models, nor one a search for any reranker: those are of
 * the last list that did, as others quoted it in the months given.
 */
const embeddingRows: readonly RemoteEmbeddingRow[] = [
  {
    ...embedding,
    name: 'embed-v4.0',
    dimensions: 1_536,
    shorter: [256, 512, 1_024],
    maxTokens: 128_000,
    maxTokensPerCall: 128_000,
    price: perToken(0.12, '2026-06'),
  },
  {
    ...embedding,
    name: 'embed-english-v3.0',
    language: 'en',
    dimensions: 1_024,
    shorter: null,
    maxTokens: 512,
    maxTokensPerCall: null,
    price: perToken(0.1, '2026-03'),
  },
  {
    ...embedding,
    name: 'embed-multilingual-v3.0',
    dimensions: 1_024,
    shorter: null,
    maxTokens: 512,
    maxTokensPerCall: null,
    price: perToken(0.1, '2026-03'),
  },
];

/**
 * A search is a query with up to 100 passages, and passages over about 500 tokens count as several. The
 * reference recommends at most 1,000 passages a call; one search is asked for at a time.
 * @see https://docs.cohere.com/docs/rerank
 */
const rerank = {
  kind: 'rerank',
  provider: 'cohere',
  licence,
  maxPassagesPerCall: 100,
  scale: 'probability',
} as const;

const rerankRows: readonly RemoteRerankRow[] = [
  { ...rerank, name: 'rerank-v4.0-pro', maxTokens: 32_768, price: perSearch(2.5, '2026-06') },
  { ...rerank, name: 'rerank-v4.0-fast', maxTokens: 32_768, price: perSearch(2, '2026-06') },
  { ...rerank, name: 'rerank-v3.5', maxTokens: 4_096, price: perSearch(2, '2026-04') },
  {
    ...rerank,
    name: 'rerank-english-v3.0',
    language: 'en',
    maxTokens: 4_096,
    price: perSearch(2, '2026-04'),
  },
  { ...rerank, name: 'rerank-multilingual-v3.0', maxTokens: 4_096, price: perSearch(2, '2026-04') },
];

/** Models of Cohere. */
export const cohereRows = [...embeddingRows, ...rerankRows];
