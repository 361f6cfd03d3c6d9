import type { Judgement, RerankPassage } from '@winnow/core';
import { cleanText } from '../clean-text.ts';
import type { Judged, MissingGrade, Verdict } from './judging.ts';

/** What whoever asked for judging gets of it. */
export interface JudgeReport {
  /** One per passage, in input order; null for one without a grade. */
  readonly judgements: readonly (Judgement | null)[];
  /** Passages that the judge read without their end. */
  readonly cutPassages: number;
  /** What a reader of judged hits must know: what was not judged and why, what was cut, what was quoted wrongly. */
  readonly notes: readonly string[];
}

/** Checks what a judge said against the passages, and tells what is missing. */
export function judgeReport(passages: readonly RerankPassage[], judged: Judged): JudgeReport {
  const { verdicts, cut } = judged;
  const judgements = passages.map((passage, index) => judgementOf(passage, verdicts[index]));
  const cutPassages = verdicts.filter(
    ({ kind }, index) => kind !== 'not-asked' && cut[index] === true,
  ).length;
  const misquoted = judgements.filter((one) => one !== null && one.quote !== null && !one.quoteFound).length;
  const notes = [
    ...notesOnMissing(judged),
    ...(cutPassages > 0 ? [`passages that the judge read without their end: ${cutPassages}`] : []),
    ...(misquoted > 0 ? [`quotes of the judge that do not stand in their passage: ${misquoted}`] : []),
    ...judged.notes,
  ];
  return { judgements, cutPassages, notes };
}

function judgementOf({ text }: RerankPassage, verdict: Verdict | undefined): Judgement | null {
  if (verdict?.kind !== 'judged') return null;
  const { grade, reason, quote } = verdict.stated;
  return { grade, reason, quote, quoteFound: quote !== null && holdsQuote(text, quote) };
}

const causes: Readonly<Record<MissingGrade, string>> = {
  unreadable: 'the answer held no grade',
  cut: 'the answer was cut before the grade',
  withheld: 'the provider withheld the answer',
  'not-asked': 'not asked',
};

function notesOnMissing({ verdicts, stopped }: Judged): readonly string[] {
  const missing = verdicts.flatMap(({ kind }) => (kind === 'judged' ? [] : [kind]));
  if (missing.length === 0) return [];
  const parts = [...Map.groupBy(missing, (kind) => kind)].map(
    ([kind, { length }]) => `${causes[kind]} (${length})`,
  );
  const why = stopped === null ? '' : `: ${stopped.message}`;
  return [`not judged: ${missing.length} of ${verdicts.length} passages: ${parts.join(', ')}${why}`];
}

/** White space, and every kind of quote mark: models change both when they copy. */
const passedOver = /[\s"'`´‘’‚‛“”„‟«»‹›「」『』＂＇]+/gu;

/**
 * Whether a quote stands in a passage, letter for letter up to white space, quote marks and what cannot be
 * seen.
 */
export function holdsQuote(passage: string, quote: string): boolean {
  const wanted = bare(quote);
  return wanted !== '' && bare(passage).includes(wanted);
}

function bare(text: string): string {
  return cleanText(text).normalize('NFC').replace(passedOver, '');
}
