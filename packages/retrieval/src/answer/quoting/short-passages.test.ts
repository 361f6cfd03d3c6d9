import type { DocumentId } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { sourcesOf, type TestSource } from '../../test-sources.ts';
import { quoteSectionsOf } from './quote-unit.ts';
import type { UnitScore } from './score-units.ts';
import { likenessTogether, shortPassagesOf } from './short-passages.ts';
import { noEvidence, plainFit } from './test-scores.ts';

function scoredOf(parts: readonly TestSource[], likenesses: readonly number[] = []): readonly UnitScore[] {
  const units = quoteSectionsOf(sourcesOf(...parts)).flatMap((section) =>
    section.units.map((unit) => ({ section, unit })),
  );
  return units.map(({ section, unit }, index) => ({
    section,
    unit,
    evidence: noEvidence,
    overlap: 0,
    likeness: likenesses[index] ?? 0,
    fit: plainFit,
    rank: 1,
    early: 1,
    score: 1,
  }));
}

describe('shortPassagesOf', () => {
  const shortOf = (...parts: readonly TestSource[]) =>
    [...shortPassagesOf(scoredOf(parts), 40)].map(({ units }) => units[0]?.text);

  it('are texts without headings that are as short as a quotation', () => {
    const long = 'This one goes on for longer than a quotation may.';
    expect(shortOf({ text: 'Fits well.' }, { text: long }, { text: '# Fit\n\nAny car.' })).toEqual([
      'Fits well.',
    ]);
    expect(
      shortOf(
        { text: 'Any car.', headings: ['Fit'] },
        { text: '这一段文字有二十多个汉字，所以比引用的长。' },
      ),
    ).toEqual([]);
  });

  it('are no parts of a document of which there is more', () => {
    const documentId = 'd' as DocumentId;
    expect(
      shortOf({ text: 'Fits well.', documentId }, { text: 'Any car.', documentId, position: 4 }),
    ).toEqual([]);
  });
});

describe('likenessTogether', () => {
  const texts = ['One is near.', 'Two are near.', 'Three are near.', 'Four are near.'].map((text) => ({
    text,
  }));
  const together = (...likenesses: readonly number[]) => {
    const scored = scoredOf(texts.slice(0, likenesses.length), likenesses);
    return likenessTogether(scored, shortPassagesOf(scored, 40));
  };

  it('is the mean of the nearest three, in any order', () => {
    expect(together(0.1, 0.6, 0.4, 0.8)).toBeCloseTo(0.6);
    expect(together(0.8, 0.6, 0.4)).toBeCloseTo(0.6);
  });

  it('is less with fewer: a single one is near by chance', () => {
    expect(together(0.9)).toBeCloseTo(0.3);
    expect(together(0.9, 0.9)).toBeCloseTo(0.6);
  });

  it('counts short passages alone, and nothing against them', () => {
    expect(likenessTogether(scoredOf(texts, [1, 1, 1]), new Set())).toBe(0);
    expect(together(0.9, -0.3)).toBeCloseTo(0.3);
  });
});
