import { documentIdOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../test-sources.ts';
import { askedOf } from './asked-of.ts';
import { evidenceOf } from './evidence-of.ts';
import { quoteSectionsOf } from './quote-unit.ts';
import type { UnitScore } from './score-units.ts';
import { noEvidence, plainFit } from './test-scores.ts';

interface Given {
  readonly overlap?: number;
  readonly likeness?: number;
  readonly ofSection?: number;
  readonly text?: string;
  readonly isNamed?: boolean;
  readonly headings?: readonly string[];
  readonly documentId?: string;
  readonly title?: string;
  /** Of the question in these. */
  readonly heading?: number;
  readonly amount?: number;
}

function evidence(
  question: string,
  { overlap = 0.3, likeness = 0.4, text = 'One sentence.', isNamed = false, ...given }: Given,
): number {
  const [section] = quoteSectionsOf(
    sourcesOf({
      text,
      headings: given.headings ?? [],
      title: given.title ?? '',
      documentId: documentIdOf(given.documentId ?? 'd'),
    }),
  );
  const unit = section?.units[0];
  if (section === undefined || unit === undefined) throw new Error('nothing to quote');
  const { ofSection = 0, heading = 0, amount = 0 } = given;
  const one: UnitScore = {
    section,
    unit,
    evidence: { ...noEvidence, likeness: ofSection, heading },
    overlap,
    likeness,
    fit: { ...plainFit, amount, name: isNamed ? 1 : 0 },
    rank: 1,
    early: 1,
    score: 1,
  };
  const limits = { near: 0.5, missingName: 0.2, term: 0.02 };
  return evidenceOf(askedOf(question), [one], limits);
}

describe('evidenceOf', () => {
  it('grows with what the section says, not with its best sentence alone', () => {
    const weak = evidence('What is one?', {});
    expect(evidence('What is one?', { ofSection: 0.8 })).toBeGreaterThan(weak);
  });

  it('is nothing where some words are there and nothing is near in meaning', () => {
    expect(evidence('Is there a Python SDK?', { overlap: 0.53, likeness: 0.2 })).toBe(0);
    expect(evidence('Is there a Python SDK?', { overlap: 1, likeness: 0.2 })).toBeGreaterThan(1);
  });

  it('is something where what is asked for by name is explained, in whatever words', () => {
    const given = { overlap: 0.56, likeness: 0.27 };
    expect(evidence('What does the strip option do?', given)).toBe(0);
    expect(evidence('What does the strip option do?', { ...given, isNamed: true })).toBeGreaterThan(0.8);
  });

  it('makes up for the words of a long question, of which a passage shares fewer', () => {
    const long = 'What is one good for where a pump leaks in winter and nobody comes by?';
    expect(evidence(long, {})).toBeGreaterThan(evidence('What is one?', {}));
  });

  it('is less where a name of a Chinese question is in no source', () => {
    expect(evidence('有没有 Java 客户端？', {})).toBeLessThan(evidence('有没有客户端？', {}));
  });

  it('is less where a name of an English question is in no source', () => {
    const held = evidence('Does it run in Berlin?', { text: 'It runs in Berlin, Bern and Basel.' });
    expect(evidence('Does it run in Berlin?', {})).toBeLessThan(held);
    expect(evidence('WHat does it run on?', {})).toBe(evidence('What does it run on?', {}));
  });

  it.each(['Does it support HTTP/3?', 'How are jobs stored in MongoDB?', 'What is the default maxTimeout?'])(
    'is nothing where the document has no such thing by name: %s',
    (question) => {
      expect(evidence(question, {})).toBe(0);
      expect(evidence(question, { text: 'It has HTTP3, and MongoDB, and `maxTimeout`.' })).toBeGreaterThan(0);
    },
  );

  it('counts the heading where that is what is asked, but no title, and no number that is not there', () => {
    const given = { overlap: 0, likeness: 0.7, heading: 1 };
    const unasked = evidence('When is payday?', { ...given, heading: 0.5, headings: ['When is payday?'] });
    expect(evidence('When is payday?', { ...given, headings: ['When is payday?'] })).toBeCloseTo(unasked + 1);
    expect(evidence('When is payday?', given)).toBe(unasked);
    const amount = { ...given, amount: -1, headings: ['Lamp'] };
    expect(evidence('How much does the lamp cost?', amount)).toBe(
      evidence('How much does the lamp cost?', { ...amount, heading: 0 }),
    );
  });

  it('knows a record by its number or code', () => {
    const given = { text: 'lead time: 9 days\nprice: 980', likeness: 0.6 };
    expect(evidence('What does the TG-500 cost?', given)).toBe(0);
    expect(
      evidence('What does the TG-500 cost?', { ...given, documentId: 'shop:TG-500', title: 'Gateway' }),
    ).toBeGreaterThan(0.8);
  });
});
