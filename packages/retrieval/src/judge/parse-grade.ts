import type { Judgement } from '@winnow/core';
import type { LooseValue } from '../read-loose-json.ts';

export type Grade = Judgement['grade'];

/** `2`, `2.0`, `grade 2`, `2/3`, `2 of 3`, `2: partly`. A second number makes it unclear. */
const stated =
  /^(?:(?:grade|score|relevance)\s*[:=]?\s*)?([0-3])(?:\.0+)?(?:\s*(?:\/|out of|of)\s*3)?\s*(?:[-–—:(,.]\D*)?$/;

/** The words, and the names that the grades have at TREC's deep learning track (Craswell et al. 2020). */
const names: ReadonlyMap<string, Grade> = new Map<string, Grade>([
  ['zero', 0],
  ['one', 1],
  ['two', 2],
  ['three', 3],
  ['零', 0],
  ['一', 1],
  ['二', 2],
  ['三', 3],
  ['irrelevant', 0],
  ['related', 1],
  ['highly relevant', 2],
  ['perfectly relevant', 3],
]);

/**
 * The grade that a value states. A fraction, a number on another scale or two grades at once are none: a
 * passage without a grade is visible, one with a wrong grade is not.
 */
export function parseGrade(value: LooseValue | undefined): Grade | null {
  if (typeof value === 'number') return gradeOf(value);
  if (typeof value !== 'string' || value.length > 200) return null;
  const text = value.normalize('NFKC').trim().toLowerCase();
  const digit = stated.exec(text)?.[1];
  return digit === undefined ? (names.get(text) ?? null) : gradeOf(Number(digit));
}

function gradeOf(value: number): Grade | null {
  return value === 0 || value === 1 || value === 2 || value === 3 ? value : null;
}
