import { describe, expect, it } from 'vitest';
import { isLocal, modelRows } from './model-rows.ts';
import { freePrice } from './price.ts';

const hash = /^[0-9a-f]{64}$/;
const local = modelRows.filter(isLocal);
const remote = modelRows.filter((row) => row.provider !== 'local');

describe('modelRows', () => {
  it('names each model once, so that a name alone says which is meant', () => {
    expect(new Set(modelRows.map(({ name }) => name)).size).toBe(modelRows.length);
  });

  it('has the models that users bring along', () => {
    const names = modelRows.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['text-embedding-3-small', 'text-embedding-3-large', 'text-embedding-ada-002'],
        ...['all-MiniLM-L6-v2', 'all-mpnet-base-v2', 'bge-large-zh-v1.5', 'bge-large-en-v1.5'],
        ...['bge-small-zh-v1.5', 'bge-small-en-v1.5', 'multilingual-e5-small'],
        ...['rerank-english-v3.0', 'rerank-multilingual-v3.0', 'rerank-v3.5'],
        ...['jina-embeddings-v3', 'jina-reranker-v2-base-multilingual'],
        ...['bge-reranker-base', 'bge-reranker-large', 'bge-reranker-v2-m3'],
        ...['ms-marco-MiniLM-L-6-v2', 'mmarco-mMiniLMv2-L12-H384-v1'],
        ...['embed-v4.0', 'embed-english-v3.0', 'embed-multilingual-v3.0', 'gpt-4o-mini', 'gemma-3-270m'],
      ]),
    );
  });

  it.each(local)('pins every file of $name by its hash, and its repository by a commit', (row) => {
    if (row.hub !== null) expect(row.hub.revision).toMatch(/^[0-9a-f]{40}$/);
    for (const file of Object.values(row.files)) {
      expect(file.sha256).toMatch(hash);
      expect(file.bytes).toBeGreaterThan(100_000);
    }
    expect(row.price).toBe(freePrice);
  });

  it.each(local)('has a place where $name can be fetched from', (row) => {
    const packages = row.kind === 'generation' ? row.pythonParts.length : 0;
    expect(row.hub !== null || packages > 0).toBe(true);
  });

  it.each(remote)('has a price of $name, with the page it stands on and its date', ({ price, kind }) => {
    const units = [price.usdPerMillionInputTokens, price.usdPerThousandSearches].filter(
      (usd) => usd !== null,
    );
    expect(units).toHaveLength(1);
    expect(units[0]).toBeGreaterThan(0);
    if (kind === 'generation') expect(price.usdPerMillionOutputTokens).toBeGreaterThan(0);
    expect(price.listDate).toMatch(/^\d{4}(-\d{2}(-\d{2})?)?$/);
    expect(price.source).toMatch(/^https:\/\//);
  });
});
