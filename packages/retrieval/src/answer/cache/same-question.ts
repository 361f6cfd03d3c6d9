import { dot } from '@winnow/core';
import { plainQuestion } from './plain-question.ts';
import { sameSpecifics } from './same-specifics.ts';

/** A question with its query vector. */
export interface EmbeddedQuestion {
  readonly question: string;
  /** L2-normalised. */
  readonly vector: Float32Array;
}

/**
 * Least cosine of two questions that ask the same. Share of questions about the same paragraphs that have another
 * one, worded otherwise and with a different answer, which would be taken for the same: XQuAD English 0.0 % (with
 * all-MiniLM-L6-v2 and with bge-small-en-v1.5), XQuAD Chinese 0.0 %, CMRC 2018 0.1 % and 0.4 % (first and second half),
 * DRCD 0.1 % (bge-small-zh-v1.5). By the cosine alone: 0.7 %, 1.0 %, 1.4 %, 0.5 %, 0.4 %, 0.1 %. The words of
 * `sameSpecifics` were chosen on XQuAD and the first half of CMRC. Printed by `test/bench/answer-cache.ts`.
 */
export const leastCosine = 0.96;
/** Of the same question with and without its question mark or politeness; 0.85 is the least that was measured. */
const leastCosineOfEqual = 0.8;

/**
 * Whether one question may be answered with the answer to the other: they are the same but for politeness, case and
 * punctuation; or their vectors are near and they agree in numbers, names, negations and the like.
 *
 * @param one embedded by the same model as the other.
 */
export function sameQuestion(one: EmbeddedQuestion, other: EmbeddedQuestion): boolean {
  const near = dot(one.vector, other.vector);
  if (near < leastCosineOfEqual) return false;
  const plain = plainQuestion(one.question);
  if (plain !== '' && plain === plainQuestion(other.question)) return true;
  return near >= leastCosine && sameSpecifics(one.question, other.question);
}
