import type { Embedder } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guaranteeUnless } from './guarantee.ts';

export interface EmbedderSuiteOptions {
  /** False for a stand-in that knows nothing of meaning beyond common words. */
  readonly understandsEnglish: boolean;
  /** False by default. */
  readonly understandsChinese?: boolean;
}

/**
 * What every embedder guarantees, whatever is behind it.
 * @param create makes one that the suite closes.
 */
export function describeEmbedder(
  name: string,
  create: () => Promise<Embedder>,
  options: EmbedderSuiteOptions,
): void {
  describe(`embedder ${name}`, () => {
    let embedder: Embedder;
    const { signal } = new AbortController();
    const embed = async (texts: readonly string[], purpose: 'document' | 'query' = 'document') =>
      embedder.embed(texts, { purpose, signal });

    beforeAll(async () => {
      embedder = await create();
    });
    afterAll(async () => {
      await embedder.close();
    });

    it('names its model and its vector space', () => {
      expect(embedder.modelId).not.toBe('');
      const ownName = embedder.modelId.replaceAll(/^(?:openai|cohere|jina|tei):|@.*$/g, '');
      expect(embedder.fingerprint).toContain(ownName);
      expect(embedder.maxTokens).toBeGreaterThan(0);
    });

    it('gives one vector of its dimensions and of length 1 for each text', async () => {
      const { vectors, usage } = await embed(samples);
      expect(vectors).toHaveLength(samples.length);
      for (const vector of vectors) {
        expect(vector).toHaveLength(embedder.dimensions);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
      }
      expect(usage.inputTokens).toBeGreaterThanOrEqual(samples.length);
      expect(usage.calls).toBe(1);
    });

    it('keeps the order of the texts, and gives a text the same vector in any company', async () => {
      const { vectors } = await embed(samples);
      for (const [index, text] of samples.entries()) {
        const alone = (await embed([text])).vectors[0];
        expect(alone && dot(alone, vectors[index] ?? new Float32Array())).toBeGreaterThan(0.9999);
      }
    });

    it('puts a text nearer to a similar one than to another', async () => {
      const [query] = (await embed(['How do I reset a forgotten password?'], 'query')).vectors;
      const { vectors } = await embed([
        'Reset the password if it was forgotten.',
        'Wash cherries and boil the jam.',
      ]);
      const [near, far] = vectors.map((vector) => dot(query ?? new Float32Array(), vector));
      expect(near).toBeGreaterThan((far ?? 1) + clearlyNearer);
    });

    const { understandsEnglish, understandsChinese = false } = options;
    const standIn = 'a stand-in that knows words, not what they mean';
    const meaning = understandsEnglish ? null : standIn;
    guaranteeUnless(meaning, 'finds what is meant without a common word', async () => {
      const [query] = (await embed(['a puppy plays outside'], 'query')).vectors;
      const { vectors } = await embed([
        'The young dog runs through the garden.',
        'Quarterly tax returns are due.',
      ]);
      const [near, far] = vectors.map((vector) => dot(query ?? new Float32Array(), vector));
      expect(near).toBeGreaterThan((far ?? 1) + clearlyNearer);
    });

    const otherLanguage = understandsEnglish ? 'a model of another language' : standIn;
    guaranteeUnless(understandsChinese ? null : otherLanguage, 'finds what is meant in Chinese', async () => {
      const [query] = (await embed(['什么是机器学习？'], 'query')).vectors;
      const { vectors } = await embed([
        '机器学习是AI的一个分支',
        '深度学习是机器学习的子领域',
        '今天天气很好',
      ]);
      const [branch, field, weather] = vectors.map((vector) => dot(query ?? new Float32Array(), vector));
      expect(Math.min(branch ?? -1, field ?? -1)).toBeGreaterThan((weather ?? 1) + clearlyNearer);
    });

    it('takes a text of as many as it allows in one call, and refuses one more', async () => {
      const many = Array.from({ length: embedder.maxTextsPerCall }, (_, index) => `text ${index}`);
      expect((await embed(many)).vectors).toHaveLength(many.length);
      await expect(embed([...many, 'one more'])).rejects.toMatchObject({ code: 'invalid_argument' });
    });

    it.each([[[]], [['']], [['text', ' \n']]])('refuses %j as no text', async (...texts) => {
      await expect(embed(texts.flat())).rejects.toMatchObject({ code: 'invalid_argument' });
    });

    it('ends a call as canceled when its signal is aborted before and while it runs', async () => {
      const controller = new AbortController();
      const running = embedder.embed(samples, { purpose: 'document', signal: controller.signal });
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'canceled' });
      const later = embedder.embed(samples, { purpose: 'document', signal: controller.signal });
      await expect(later).rejects.toMatchObject({ code: 'canceled' });
      expect((await embed(['still alive'])).vectors).toHaveLength(1);
    });
  });
}

/** Some models give every two texts a cosine above 0.7. */
const clearlyNearer = 0.05;

const samples = [
  'Bulk indexing writes documents by the thousand.',
  '向量检索把文本变成数字，再找最近的邻居。',
  'émoji 🚀 and ünïcode ¿? — “quotes” 𠮷野家',
  'x',
  'A longer passage follows here. '.repeat(40),
];

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const [index, value] of a.entries()) sum += value * (b[index] ?? 0);
  return sum;
}
