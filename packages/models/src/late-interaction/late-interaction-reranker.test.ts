import type { ChunkId, RerankPassage, TokenEmbedder } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { createLateInteractionReranker } from './late-interaction-reranker.ts';

/** Each distinct word is a direction of its own. */
const words = ['the', 'reset', 'password', 'index'];
const embedder: TokenEmbedder = {
  async embedTokens(texts) {
    return texts.map((text) => {
      const tokens = text.split(' ');
      const rows = tokens.map((token) => words.map((word) => (word === token ? 1 : 0)));
      return { tokens, vectors: Float32Array.from(rows.flat()) };
    });
  },
};
const counts = new Map([
  ['the', 100],
  ['reset', 2],
  ['password', 2],
]);
const reranker = createLateInteractionReranker({
  embedder,
  modelId: 'words',
  tokenFrequencies: async (tokens) => ({
    chunks: 100,
    counts: tokens.map((token) => counts.get(token) ?? 0),
  }),
});
const passagesOf = (...texts: string[]): RerankPassage[] =>
  texts.map((text, index) => ({ chunkId: `c${index}` as ChunkId, text }));
const { signal } = new AbortController();

describe('createLateInteractionReranker', () => {
  it('ranks a passage with the rare words above one with the common word', async () => {
    const { scores } = await reranker.rerank('the reset', passagesOf('the index', 'reset password'), {
      signal,
    });
    expect(scores).toHaveLength(2);
    expect(scores[1]).toBeGreaterThan(scores[0] ?? 1);
  });

  it('gives a passage with all words of the query the highest score there is', async () => {
    const { scores } = await reranker.rerank('reset password', passagesOf('the password reset'), { signal });
    expect(scores).toEqual([expect.closeTo(1, 6)]);
  });

  it('counts what it read: the query and each passage', async () => {
    const { usage } = await reranker.rerank('the reset', passagesOf('the index', 'reset'), { signal });
    expect(usage).toMatchObject({ calls: 2, inputTokens: 5, truncated: 0 });
  });

  it('says that its scores are relative, and whose vectors it uses', () => {
    expect(reranker).toMatchObject({ scale: 'relative', depth: 20, modelId: 'late-interaction:words' });
  });

  it('compares the rarest 128 tokens of a query that has more', async () => {
    const long = [
      ...Array.from({ length: 200 }, () => 'the'),
      ...Array.from({ length: 128 }, () => 'reset'),
    ].join(' ');
    const { scores } = await reranker.rerank(long, passagesOf('the', 'reset'), { signal });
    expect(scores).toEqual([0, expect.closeTo(1, 6)]);
  });

  it('refuses more passages than its depth, and none', async () => {
    const many = passagesOf(...Array.from({ length: 21 }, () => 'the'));
    await expect(reranker.rerank('the', many, { signal })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(reranker.rerank('the', [], { signal })).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('stops between two passages when canceled', async () => {
    const controller = new AbortController();
    const scores = reranker.rerank('the', passagesOf('the', 'reset'), { signal: controller.signal });
    controller.abort();
    await expect(scores).rejects.toMatchObject({ code: 'canceled' });
  });
});
