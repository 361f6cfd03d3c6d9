import { mixBits } from './mix-bits.ts';

/** Characters of a shingle, the same for every script; chosen in docs/decisions/2026-11-28-near-duplicates.md. */
export const shingleLength = 5;
/** Only this many UTF-16 code units of a text are looked at: the first. */
export const maxComparedLength = 1_000_000;

/** What two texts are compared by. */
export interface TextFeatures {
  /** Hashes of the distinct runs of {@link shingleLength} characters, ascending; empty for a text without letters and digits. */
  readonly shingles: Uint32Array;
  /** Hashes of the distinct numbers, ascending. */
  readonly numbers: Uint32Array;
}

const base = 0x01000193;
/** `base` to the power of the shingle's length, modulo 2³². */
const leaving = Array.from({ length: shingleLength }).reduce<number>((power) => Math.imul(power, base), 1);
const seams = /[^\p{L}\p{N}\p{M}]+/gu;
const digits = /\p{N}+/gu;

/**
 * Features of a text that do not change with case, width, punctuation and spacing. Linear in the length of the text;
 * what lies behind {@link maxComparedLength} does not count.
 */
export function textFeaturesOf(text: string): TextFeatures {
  const folded = foldText(text);
  return {
    shingles: distinctHashes(shinglesIn(folded)),
    numbers: distinctHashes(Uint32Array.from(numbersIn(folded), hashOf)),
  };
}

/** The shingles of {@link textFeaturesOf} alone, in no order and with repetition: all that a sketch needs. */
export function looseShinglesOf(text: string): Uint32Array {
  return shinglesIn(foldText(text));
}

/** What is left of a text without case, width, punctuation and spacing: words with a space between. */
export function foldText(text: string): string {
  return text.slice(0, maxComparedLength).normalize('NFKC').toLowerCase().replace(seams, ' ').trim();
}

/** The numbers of a folded text, in order and with repetition. */
export function numbersIn(folded: string): readonly string[] {
  return folded.match(digits) ?? [];
}

/**
 * The shingles of a folded text, in no order and with repetition, by a rolling hash; a text that is shorter than a shingle
 * is one.
 */
export function shinglesIn(folded: string): Uint32Array {
  if (folded.length <= shingleLength) {
    return folded === '' ? new Uint32Array() : Uint32Array.of(hashOf(folded));
  }
  const shingles = new Uint32Array(folded.length - shingleLength + 1);
  let rolling = 0;
  for (let at = 0; at < folded.length; at++) {
    rolling = (Math.imul(rolling, base) + folded.charCodeAt(at)) | 0;
    if (at >= shingleLength)
      rolling = (rolling - Math.imul(leaving, folded.charCodeAt(at - shingleLength))) | 0;
    if (at >= shingleLength - 1) shingles[at - shingleLength + 1] = mixBits(rolling);
  }
  return shingles;
}

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
  return mixBits(hash);
}

/** Each once, ascending. Sorts what it is given. */
export function distinctHashes(hashes: Uint32Array): Uint32Array {
  hashes.sort();
  let kept = 0;
  for (const hash of hashes) if (kept === 0 || hash !== hashes[kept - 1]) hashes[kept++] = hash;
  return hashes.slice(0, kept);
}
