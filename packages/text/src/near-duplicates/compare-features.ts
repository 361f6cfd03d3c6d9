import type { TextFeatures } from './text-features.ts';

/**
 * Part of their numbers that the text with fewer of them must share with the other. Records of two years, two versions
 * or two amounts are not the same record, however much of their words they share.
 */
const leastSharedNumbers = 0.5;

/** Shared ÷ all, of two ascending lists of distinct hashes: 0–1. Nothing is like an empty list. */
export function jaccardOf(left: Uint32Array, right: Uint32Array): number {
  const shared = sharedOf(left, right);
  return shared === 0 ? 0 : shared / (left.length + right.length - shared);
}

/** Whether what numbers two texts have lets them be the same; a text without any fits every other. */
export function numbersAgree(left: TextFeatures, right: TextFeatures): boolean {
  const fewer = Math.min(left.numbers.length, right.numbers.length);
  return sharedOf(left.numbers, right.numbers) >= fewer * leastSharedNumbers;
}

function sharedOf(left: Uint32Array, right: Uint32Array): number {
  let shared = 0;
  let at = 0;
  for (const hash of left) {
    while (at < right.length && (right[at] ?? 0) < hash) at += 1;
    if (at === right.length) break;
    if (right[at] === hash) shared += 1;
  }
  return shared;
}
