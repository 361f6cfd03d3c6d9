import type { Embedder } from '@winnow/core';
import { createHashingEmbedder } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { meaningBy, recordMeaning } from './check-answer.ts';
import { parallelSentences } from './parallel-sentences.ts';

const { signal } = new AbortController();

/** Reads each Chinese sentence as its English translation. */
function bilingual(translations: readonly (readonly [string, string])[]): Embedder {
  const embedder = createHashingEmbedder({ dimensions: 512 });
  const english = new Map(translations.map(([text, translation]) => [translation, text]));
  return {
    ...embedder,
    embed: (texts, options) =>
      embedder.embed(
        texts.map((text) => english.get(text) ?? text),
        options,
      ),
  };
}

const asking = () => {
  const asked = recordMeaning();
  asked.likeness('发票在三十天内支付。', 'Invoices are paid within thirty days.');
  asked.likeness('发票在三十天内支付。', 'The pump is blue and heavy.');
  return asked;
};

describe('meaningBy', () => {
  it('believes no model that does not know translations from other sentences', async () => {
    expect(await meaningBy(createHashingEmbedder({ dimensions: 512 }), asking(), signal)).toBeNull();
  });

  it('measures claims against sentences with a model that does', async () => {
    const knows = bilingual([
      ...parallelSentences,
      ['Invoices are paid within thirty days.', '发票在三十天内支付。'],
    ]);
    const meaning = await meaningBy(knows, asking(), signal);
    expect(meaning?.likeness('发票在三十天内支付。', 'Invoices are paid within thirty days.')).toBeCloseTo(1);
    expect(meaning?.likeness('发票在三十天内支付。', 'The pump is blue and heavy.')).toBeLessThan(0.25);
    expect(meaning?.likeness('没有问过。', 'The pump is blue and heavy.')).toBeNull();
  });
});
