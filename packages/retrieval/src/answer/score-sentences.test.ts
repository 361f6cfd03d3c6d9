import { describe, expect, it } from 'vitest';
import { sentencesOf, termOverlaps } from './score-sentences.ts';

describe('termOverlaps', () => {
  const sentences = sentencesOf([
    { n: 1, text: 'The pump weighs 4 kg. The pump is blue. ---' },
    { n: 2, text: '水泵的重量是四公斤。' },
  ]);

  it('leaves out what says nothing', () => {
    expect(sentences.map(({ n, text }) => [n, text])).toEqual([
      [1, 'The pump weighs 4 kg.'],
      [1, 'The pump is blue.'],
      [2, '水泵的重量是四公斤。'],
    ]);
  });

  it('counts a rare term of the question for more than a common one', () => {
    const [weight = 0, colour = 0] = termOverlaps('pump weigh', sentences);
    expect(weight).toBe(1);
    expect(colour).toBeLessThan(0.5);
  });

  it('counts terms that no sentence holds against all', () => {
    const [overlap = 0] = termOverlaps('pump weight warranty', sentences);
    expect(overlap).toBeLessThan(0.5);
  });

  it('is 0 for a question without terms and for another language', () => {
    expect(termOverlaps('?!', sentences)).toEqual([0, 0, 0]);
    expect(termOverlaps('pump', sentences)[2]).toBe(0);
  });
});
