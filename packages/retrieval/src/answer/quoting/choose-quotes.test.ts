import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../test-sources.ts';
import { askedOf } from './asked-of.ts';
import { chooseQuotes, evidenceOf } from './choose-quotes.ts';
import { quoteSectionsOf } from './quote-unit.ts';
import type { UnitScore } from './score-units.ts';
import { writeQuote } from './write-quotes.ts';

/** Units scored by the text they hold; others get 0.1. Evidence is always enough. */
function quoted(
  question: string,
  texts: readonly string[],
  scores: Readonly<Record<string, number>>,
): string {
  const scored = quoteSectionsOf(sourcesOf(...texts.map((text) => ({ text })))).flatMap((section) =>
    section.units.map((unit): UnitScore => {
      const score = Object.entries(scores).find(([piece]) => unit.text.includes(piece))?.[1] ?? 0.1;
      const fit = { amount: 0, code: 0, name: 0, opposite: 0 };
      const evidence = { coverage: 1, heading: 0, likeness: 1 };
      return { section, unit, evidence, overlap: score, likeness: score, fit, rank: 1, early: 0, score };
    }),
  );
  return chooseQuotes(askedOf(question), scored, { least: 0, leastInHan: 0, gap: 0.2, goal: 120 })
    .map(writeQuote)
    .join('\n\n');
}

describe('chooseQuotes', () => {
  it('quotes one place in the order of the document, filled up to three sentences', () => {
    const text = 'The pump is old. It leaks. Nobody knows why. Somebody will look at it in spring.';
    expect(quoted('Is the pump leaking?', [text], { 'It leaks': 1 })).toBe(
      'The pump is old. It leaks. Nobody knows why. [1]',
    );
  });

  it('begins before a sentence that leans on the one before it', () => {
    const filler =
      'This sentence is long enough to leave no room for any other one beside it, whatever it may say.';
    const text = `It is sent once. Otherwise it is sent again for a day. ${filler}`;
    expect(quoted('How long is it sent?', [text], { 'Otherwise it': 1 })).toBe(
      'It is sent once. Otherwise it is sent again for a day. [1]',
    );
  });

  it('quotes the list that a colon announces, whole', () => {
    const text = 'It has two modes:\n\n- embedded\n- full\n\nBoth are the same code.';
    const whole = 'It has two modes: [1]\n- embedded [1]\n- full [1]';
    expect(quoted('Which modes does it have?', [text], { modes: 1 })).toBe(whole);
    expect(quoted('Which modes does it have?', [text], { embedded: 1 })).toBe(whole);
  });

  it('quotes the command that a way to do something is asked for, with what leads to it', () => {
    const text =
      '## Backup\n\nA backup is one file.\n\n```sh\nif true; then\n  winnow archive a b\nfi\n```\n';
    const code = '```\nif true; then\n  winnow archive a b\nfi\n```';
    expect(quoted('How do I make a backup?', [text], { 'one file': 1 })).toBe(
      `A backup is one file. [1]\n\n${code}`,
    );
    expect(quoted('How do I make a backup?', [text], { archive: 1 })).toBe(
      `A backup is one file. [1]\n\n${code}`,
    );
    expect(quoted('What is a backup?', [text], { 'one file': 1 })).toBe('A backup is one file. [1]');
  });

  it('leads code that stands alone in by its heading', () => {
    expect(quoted('How do I make a backup?', ['## Backup\n\n```\nrun\n```'], { run: 1 })).toBe(
      'Backup: [1]\n\n```\nrun\n```',
    );
  });

  it('quotes a row alone, and those beside it that are nearly as good', () => {
    const text = '| kind | what |\n|---|---|\n| stale | old |\n| orphan | nobody’s |\n| lost | gone |';
    expect(quoted('What does orphan mean?', [text], { orphan: 1 })).toBe('kind: orphan; what: nobody’s [1]');
    expect(quoted('What is lost or orphan?', [text], { orphan: 1, lost: 0.9 })).toBe(
      'kind: orphan; what: nobody’s [1]\nkind: lost; what: gone [1]',
    );
  });

  it('quotes a second place only where it is near and says what the first leaves out', () => {
    const pump = 'The pump weighs 4 kg.';
    const question = 'What do the pump and the valve weigh?';
    expect(quoted(question, [pump, 'The valve weighs 1 kg.'], { pump: 1, valve: 0.9 })).toBe(
      'The pump weighs 4 kg. [1]\n\nThe valve weighs 1 kg. [2]',
    );
    expect(quoted(question, [pump, 'The valve weighs 1 kg.'], { pump: 1, valve: 0.5 })).toBe(
      'The pump weighs 4 kg. [1]',
    );
    expect(quoted(question, [pump, 'A pump may weigh 5 kg.'], { weighs: 1, may: 0.95 })).toBe(
      'The pump weighs 4 kg. [1]',
    );
  });
});

describe('evidenceOf', () => {
  it('grows with what the section says, not with its best sentence alone', () => {
    const [section] = quoteSectionsOf(sourcesOf({ text: 'One sentence.' }));
    const unit = section?.units[0];
    if (section === undefined || unit === undefined) throw new Error('nothing to quote');
    const fit = { amount: 0, code: 0, name: 0, opposite: 0 };
    const withEvidence = (heading: number, likeness: number): UnitScore => ({
      section,
      unit,
      evidence: { coverage: 0, heading, likeness },
      overlap: 0.2,
      likeness: 0.2,
      fit,
      rank: 1,
      early: 1,
      score: 1,
    });
    const weak = evidenceOf([withEvidence(0, 0)]);
    expect(evidenceOf([withEvidence(0.8, 0)])).toBeGreaterThan(weak);
    expect(evidenceOf([withEvidence(0, 0.8)])).toBeGreaterThan(weak);
  });
});
