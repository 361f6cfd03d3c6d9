import { splitSentences } from '@winnow/text';
import { cleanText } from '../clean-text.ts';
import { type LooseObject, type LooseValue, readLooseJson } from '../read-loose-json.ts';
import { type Grade, parseGrade } from './parse-grade.ts';

/** What a judge wrote of one passage. */
export interface StatedJudgement {
  /** The passage, from 1. */
  readonly number: number;
  readonly grade: Grade;
  /** One sentence; may be empty. */
  readonly reason: string;
  readonly quote: string | null;
}

/** A reason longer than this is cut; one sentence was asked for. */
const maxReasonLength = 400;
/** A quote longer than this is cut; 25 words were asked for. */
const maxQuoteLength = 600;
/** A line that says nothing but a grade is short. */
const maxLineLength = 200;

const gradeNames = ['grade', 'relevance', 'score', 'rating'];
const numberNames = ['passage', 'number', 'id', 'index', 'n'];
const reasonNames = ['reason', 'reasoning', 'explanation', 'rationale'];
const quoteNames = ['quote', 'span', 'evidence', 'excerpt'];

/** Said in words where a quote was asked for and there is none. */
const noQuote = /^(?:null|none|n\/a|no quote|无)\.?$/i;
const saysSomething = /[\p{L}\p{N}]/u;
const thought = /<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)/gi;
const edge = String.raw`[^\p{L}\p{N}]*`;
/** Between a name and its value: no minus and no point, which would belong to the number. */
const gap = '[\\s:：=*_`"\'|()\\[\\]]*';
const gradeName = `(?:${gradeNames.join('|')})`;
/** Lines that say nothing but a grade. */
const gradeLine = new RegExp(
  `^${edge}(?:final\\s+)?${gradeName}${gap}([0-3])(?:\\.0+)?(?:\\s*/\\s*3)?${edge}$`,
  'iu',
);
const passageLine = new RegExp(
  `^${edge}(?:passage|document)?${gap}(\\d{1,3})${gap}[-–—]?\\s*${gradeName}${gap}([0-3])${edge}$`,
  'iu',
);
const gradeAlone = new RegExp(`^${gap}([0-3])${gap}[.。]?${gap}$`, 'u');

/**
 * What a judge's answer says of each passage: JSON of the schema asked for, JSON that resembles it, or lines
 * that say nothing but a grade. A passage that gets two different grades has none; one that is not named
 * has none. Never throws, and returns no grade that does not stand in the text.
 *
 * @param count passages that were shown, ≥ 1; a single one need not be named.
 * @returns each passage at most once, in the order the answer names them.
 */
export function parseJudgements(text: string, count: number): readonly StatedJudgement[] {
  const answer = cleanText(text).replace(thought, '');
  const stated = readLooseJson(answer).flatMap((value) => judgementsIn(value, null, count));
  return withoutConflicts(stated.length > 0 ? stated : linesOf(answer, count));
}

function judgementsIn(value: LooseValue, name: string | null, count: number): readonly StatedJudgement[] {
  if (Array.isArray(value)) return value.flatMap((item: LooseValue) => judgementsIn(item, null, count));
  if (!(value instanceof Map)) return [];
  const object: LooseObject = value;
  const grade = parseGrade(field(object, gradeNames));
  if (grade === null) return [...object].flatMap(([key, inner]) => judgementsIn(inner, key, count));
  const number = passageNumber(field(object, numberNames) ?? name, count);
  if (number === null) return [];
  return [
    {
      number,
      grade,
      reason: reasonOf(field(object, reasonNames)),
      quote: quoteOf(field(object, quoteNames)),
    },
  ];
}

function field(object: LooseObject, names: readonly string[]): LooseValue | undefined {
  const byName = new Map([...object].map(([key, value]) => [key.trim().toLowerCase(), value]));
  return names.map((name) => byName.get(name)).find((value) => value !== undefined);
}

/** A single passage need not be named, but one that is named must have been shown. */
function passageNumber(value: LooseValue, count: number): number | null {
  const digits = typeof value === 'string' ? /^\D{0,12}(\d{1,4})\D{0,3}$/.exec(value)?.[1] : null;
  const number =
    typeof value === 'number' ? value : digits === null || digits === undefined ? null : Number(digits);
  if (number === null) return count === 1 ? 1 : null;
  return Number.isInteger(number) && number >= 1 && number <= count ? number : null;
}

function reasonOf(value: LooseValue | undefined): string {
  if (typeof value !== 'string' || !saysSomething.test(value)) return '';
  const line = value.replace(/\s+/g, ' ').trim();
  const [first] = splitSentences(line);
  return shortened(first === undefined ? line : line.slice(first.start, first.end), maxReasonLength);
}

function quoteOf(value: LooseValue | undefined): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  if (typeof first !== 'string' || !saysSomething.test(first) || noQuote.test(first.trim())) return null;
  return first.trim().slice(0, maxQuoteLength);
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function linesOf(text: string, count: number): readonly StatedJudgement[] {
  const alone = gradeAlone.exec(text)?.[1];
  if (count === 1 && alone !== undefined) return bareJudgement(1, alone);
  return text.split('\n').flatMap((line) => {
    if (line.length > maxLineLength) return [];
    const single = count === 1 ? gradeLine.exec(line)?.[1] : undefined;
    if (single !== undefined) return bareJudgement(1, single);
    const [, named, grade] = passageLine.exec(line) ?? [];
    return bareJudgement(passageNumber(named ?? null, count), grade);
  });
}

function bareJudgement(number: number | null, stated: string | undefined): readonly StatedJudgement[] {
  const grade = parseGrade(stated);
  return grade === null || number === null ? [] : [{ number, grade, reason: '', quote: null }];
}

function withoutConflicts(stated: readonly StatedJudgement[]): readonly StatedJudgement[] {
  return [...Map.groupBy(stated, ({ number }) => number).values()].flatMap((same) => {
    const [first] = same;
    const agree = same.every(({ grade }) => grade === first?.grade);
    return first === undefined || !agree ? [] : [same.find(({ reason }) => reason !== '') ?? first];
  });
}
