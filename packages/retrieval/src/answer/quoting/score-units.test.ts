import { describe, expect, it } from 'vitest';
import { sourcesOf, type TestSource } from '../../test-sources.ts';
import { askedOf } from './asked-of.ts';
import { quoteSectionsOf } from './quote-unit.ts';
import { scoreUnits } from './score-units.ts';
import { flatEmbedder } from './test-scores.ts';

async function scored(question: string, ...parts: readonly TestSource[]) {
  const { embedder, texts } = flatEmbedder();
  const sections = quoteSectionsOf(sourcesOf(...parts));
  const units = await scoreUnits(
    embedder,
    { asked: askedOf(question), sections },
    AbortSignal.timeout(5_000),
  );
  const best = [...units].sort((left, right) => right.score - left.score)[0];
  return { best: best?.unit.text, texts };
}

describe('scoreUnits', () => {
  it('embeds a bounded number of units, those with most words of the question', async () => {
    const text = Array.from({ length: 100 }, (_, index) => `Sentence ${index} is here.`).join(' ');
    const { best, texts } = await scored('What does the turbine weigh?', {
      text: `${text} The turbine weighs 4 t.`,
    });
    expect(best).toBe('The turbine weighs 4 t.');
    expect(texts.filter((one) => /Sentence|turbine/.test(one))).toHaveLength(32);
  });

  it('prefers the document whose title is asked about, where several say the same', async () => {
    const [one, other] = [
      { text: 'Set the limit to 5.', title: 'queue' },
      { text: 'Set the limit to 7.', title: 'fastq' },
    ];
    expect((await scored('What is the limit of fastq?', one, other)).best).toBe('Set the limit to 7.');
    expect((await scored('What is the limit?', one, other)).best).toBe('Set the limit to 5.');
  });

  it('prefers the default with its value to a sentence that speaks of the default', async () => {
    const text = 'The default is good for all.\n\n- Default: `strict`';
    expect((await scored('What is the default mode?', { text: `## Mode\n\n${text}` })).best).toBe(
      'Default: `strict`',
    );
  });
});
