import { chunkIdOf, type Reranker, type Reranking, type RerankPassage } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentIdOf } from './builders.ts';
import { guaranteeUnless } from './guarantee.ts';

export interface RerankerSuiteOptions {
  /** What its provider bills: shown in the usage. */
  readonly bills: 'tokens' | 'searches' | 'nothing';
  /** More passages than one call takes. */
  readonly beyondOneCall?: number;
  /** Guarantees it cannot give, each with the reason. */
  readonly skips?: Partial<Readonly<Record<'meaning' | 'company' | 'split', string>>>;
}

/** Passages of a rerank with these texts. */
export function passagesOf(texts: readonly string[]): readonly RerankPassage[] {
  const document = documentIdOf('passages');
  return texts.map((text, position) => ({ chunkId: chunkIdOf(document, position, text), text }));
}

const question = 'How do I reset a forgotten password?';
const answering = 'Reset the password if it was forgotten: open the account page and press reset.';
const others = [
  'Wash the cherries, boil the jam and fill it into clean jars.',
  '董事会批准了年度财务报告。',
  'The river froze in January, and the ferry stopped for nine days.',
];

/**
 * What every reranker guarantees, whatever is behind it.
 * @param create makes one that the suite closes.
 */
export function describeReranker(
  name: string,
  create: () => Promise<Reranker>,
  options: RerankerSuiteOptions,
): void {
  const { bills, beyondOneCall, skips = {} } = options;
  describe(`reranker ${name}`, () => {
    let reranker: Reranker;
    const { signal } = new AbortController();
    const rerank = async (texts: readonly string[], query = question): Promise<Reranking> =>
      reranker.rerank(query, passagesOf(texts), { signal });

    beforeAll(async () => {
      reranker = await create();
    });
    afterAll(async () => {
      await reranker.close();
    });

    it('names its model and how many passages are worth scoring', () => {
      expect(reranker.modelId).not.toBe('');
      expect(reranker.depth).toBeGreaterThan(0);
    });

    it('gives one score for each passage, 0 to 1 where it says so', async () => {
      const { scores, judgements } = await rerank([answering, ...others]);
      expect(scores).toHaveLength(4);
      for (const score of scores) expect(score).toSatisfy(Number.isFinite);
      if (reranker.scale === 'probability') {
        expect(Math.min(...scores)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...scores)).toBeLessThanOrEqual(1);
      }
      if (judgements !== null) expect(judgements).toHaveLength(4);
    });

    guaranteeUnless(
      skips.meaning,
      'scores a passage that answers above those that do not, wherever it stands',
      async () => {
        for (let place = 0; place <= others.length; place++) {
          const { scores } = await rerank(others.toSpliced(place, 0, answering));
          expect(scores.indexOf(Math.max(...scores))).toBe(place);
          expect(scores.filter((score) => score === scores[place])).toHaveLength(1);
        }
      },
    );

    guaranteeUnless(
      skips.company,
      'keeps the order of the passages, and gives a passage the same score in any company',
      async () => {
        const texts = [answering, ...others];
        const { scores } = await rerank(texts);
        for (const [index, text] of texts.entries()) {
          expect((await rerank([text])).scores).toEqual([expect.closeTo(scores[index] ?? Number.NaN, 5)]);
        }
        expect((await rerank(texts.toReversed())).scores).toEqual(
          scores.toReversed().map((score) => expect.closeTo(score, 5)),
        );
      },
    );

    guaranteeUnless(
      skips.split ?? (beyondOneCall === undefined ? 'one call takes any number' : undefined),
      'splits more passages than one call takes',
      async () => {
        const texts = Array.from({ length: beyondOneCall ?? 0 }, (_, place) => others[place % 3] ?? '');
        const { scores, usage } = await rerank(texts.with(-1, answering));
        expect(scores).toHaveLength(texts.length);
        expect(scores.indexOf(Math.max(...scores))).toBe(texts.length - 1);
        expect(usage.calls).toBeGreaterThan(1);
      },
    );

    it('says what it took', async () => {
      const { usage } = await rerank([answering, ...others]);
      expect(usage.calls).toBeGreaterThan(0);
      expect(usage.truncated).toBe(0);
      if (bills === 'tokens') expect(usage.inputTokens).toBeGreaterThan(0);
      expect(usage.searches > 0).toBe(bills === 'searches');
    });

    it('refuses a query or a passage without words, and no passages', async () => {
      for (const refused of [rerank([answering], ' \n'), rerank([answering, '']), rerank([])]) {
        await expect(refused).rejects.toMatchObject({ code: 'invalid_argument' });
      }
    });

    it('ends as canceled when its signal is aborted before and while it runs', async () => {
      const controller = new AbortController();
      const passages = passagesOf([answering, ...others]);
      const running = reranker.rerank(question, passages, { signal: controller.signal });
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'canceled' });
      const later = reranker.rerank(question, passages, { signal: controller.signal });
      await expect(later).rejects.toMatchObject({ code: 'canceled' });
      expect((await rerank([answering])).scores).toHaveLength(1);
    });
  });
}
