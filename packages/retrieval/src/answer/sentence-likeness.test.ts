import { type Embedder, noModelUsage } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { likenessesTo } from './sentence-likeness.ts';

/** Unrelated text has cosine `zero` with the question, `same` has 1, `near` halfway between. */
function embedderWith(zero: number, calls: (readonly string[])[] = []): Embedder {
  const at = (cosine: number) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine));
  const cosineOf = (text: string) => (text === 'same' ? 1 : text === 'near' ? (1 + zero) / 2 : zero);
  return {
    modelId: 'two-dimensional',
    fingerprint: 'two-dimensional',
    dimensions: 2,
    maxTokens: 512,
    location: 'local',
    maxTokensPerCall: 1_000,
    parallelCalls: 1,
    maxTextsPerCall: 4,
    async embed(texts, { purpose }) {
      calls.push(texts);
      const vectors = texts.map((text) => at(purpose === 'query' ? 1 : cosineOf(text)));
      return { vectors, usage: { ...noModelUsage, calls: 1, inputTokens: texts.length } };
    },
    async close() {},
  };
}

describe('likenessesTo', () => {
  const { signal } = new AbortController();

  it.each([0, 0.04, 0.6])('gives the same scale where unrelated texts have a cosine of %d', async (zero) => {
    const values = await likenessesTo('question', ['same', 'near', 'far'], embedderWith(zero), signal);
    expect(values).toEqual([1, 0.5, 0].map((value) => expect.closeTo(value, 5)));
  });

  it('never asks for more texts than a call may have', async () => {
    const calls: (readonly string[])[] = [];
    const sentences = Array.from({ length: 9 }, () => 'near');
    const values = await likenessesTo('question', sentences, embedderWith(0.1, calls), signal);
    expect(values).toHaveLength(9);
    expect(calls.every((texts) => texts.length <= 4)).toBe(true);
  });
});
