import {
  type ChunkId,
  type EmbeddingKey,
  embeddingKeyOf,
  type Reranker,
  type RerankPassage,
  type TokenEmbedder,
  type TokenVectors,
} from '@winnow/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { compressTokens } from './compressed-tokens.ts';
import { createLateInteractionReranker } from './late-interaction-reranker.ts';
import { createTokenVectorCache } from './token-vector-cache.ts';

/** Each distinct word is a direction of its own, orthogonal to the others in signs as well, also when it is folded. */
const words = ['the', 'reset', 'password', 'index'];
const directions = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
];
/** Texts that were given to the model. */
const asked: string[] = [];
const embedder: TokenEmbedder = {
  async embedTokens(texts) {
    asked.push(...texts);
    return texts.map((text) => {
      const tokens = text.split(' ');
      const rows = tokens.map((token) => {
        const direction = directions[words.indexOf(token)] ?? [];
        return [...direction, ...direction].map((value) => value / Math.sqrt(8));
      });
      return { tokens, vectors: Float32Array.from(rows.flat()) };
    });
  },
};
const counts = new Map([
  ['the', 100],
  ['reset', 2],
  ['password', 2],
]);
/** What is kept with the corpus, by key; how often that was asked for. */
let kept: Map<EmbeddingKey, TokenVectors>;
let lookUps: number;
let reranker: Reranker;
beforeEach(() => {
  asked.length = 0;
  kept = new Map();
  lookUps = 0;
  reranker = createLateInteractionReranker({
    embedder,
    modelId: 'words',
    fingerprint: 'words-1',
    tokenFrequencies: async (tokens) => ({
      chunks: 100,
      counts: tokens.map((token) => counts.get(token) ?? 0),
    }),
    async tokenVectors(keys) {
      lookUps += 1;
      return new Map([...kept].filter(([key]) => keys.includes(key)));
    },
    cache: createTokenVectorCache({ maxEntries: 3 }),
  });
});
async function keep(...texts: string[]): Promise<void> {
  for (const [index, tokens] of (await embedder.embedTokens(texts, options)).entries()) {
    kept.set(embeddingKeyOf('words-1', texts[index] ?? ''), compressTokens(tokens));
  }
  asked.length = 0;
}
const passagesOf = (...texts: string[]): RerankPassage[] =>
  texts.map((text, index) => ({ chunkId: `c${index}` as ChunkId, text }));
const { signal } = new AbortController();
const options = { purpose: 'document', signal } as const;

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

  it('reads kept token vectors in one request, and gives the model the query alone', async () => {
    const passages = passagesOf('the index', 'reset password', 'the index');
    const { scores: computed } = await reranker.rerank('the reset', passages, { signal });
    await keep('the index', 'reset password');
    lookUps = 0;
    const { scores, usage } = await reranker.rerank('the reset', passages, { signal });
    expect(asked).toEqual(['the reset']);
    expect(lookUps).toBe(1);
    expect(usage).toMatchObject({ calls: 1, inputTokens: 2 });
    expect(scores).toEqual(computed);
  });

  it('computes what is not kept once, equal passages together, and remembers it', async () => {
    await keep('the index');
    const passages = passagesOf('the index', 'reset password', 'reset password');
    const { scores } = await reranker.rerank('the reset', passages, { signal });
    expect(scores[1]).toBe(scores[2]);
    await reranker.rerank('the', passages, { signal });
    expect(asked).toEqual(['the reset', 'reset password', 'the']);
  });

  it('computes what was kept by another version', async () => {
    kept.set(embeddingKeyOf('words-1', 'reset'), Uint8Array.of(99, 4, 0, 1));
    expect((await reranker.rerank('reset', passagesOf('reset'), { signal })).scores).toEqual([
      expect.closeTo(1, 6),
    ]);
    expect(asked).toEqual(['reset', 'reset']);
  });

  it('forgets what was not asked for longest', async () => {
    for (const text of ['the', 'reset', 'password', 'the', 'index']) {
      await reranker.rerank('the', passagesOf(text), { signal });
    }
    asked.length = 0;
    await reranker.rerank('the', passagesOf('the', 'password', 'reset'), { signal });
    expect(asked).toEqual(['the', 'reset']);
  });

  it('stops between two passages when canceled', async () => {
    const controller = new AbortController();
    const scores = reranker.rerank('the', passagesOf('the', 'reset'), { signal: controller.signal });
    controller.abort();
    await expect(scores).rejects.toMatchObject({ code: 'canceled' });
  });
});
