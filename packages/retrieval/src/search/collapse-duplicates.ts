import type { ChunkId, DocumentId } from '@winnow/core';
import { distinctHashes, foldText, jaccardOf, numbersIn, shinglesIn, smallestOf } from '@winnow/text';
import type { Candidate } from './candidate.ts';

/** Where a passage stands that says the same as a hit. */
export interface PassageCopy {
  readonly documentId: DocumentId;
  readonly chunkId: ChunkId;
}

export interface CollapsedCandidates {
  /** In the order that they had, without those that say the same as one before them; as many as are wanted. */
  readonly candidates: readonly Candidate[];
  /** By the candidate that stands for them. */
  readonly copies: ReadonlyMap<ChunkId, readonly PassageCopy[]>;
}

/**
 * Least share of 5-character shingles that two passages have in common to be shown as one. Higher than among documents:
 * what is collapsed is not seen.
 */
const leastJaccard = 0.8;
/**
 * Smallest shingle hashes that passages meet by, and how many they have to share: of two that are alike by 0.8, 8 of 10⁵ do not
 * meet. By one alone all would meet that have a common run of letters with a small hash.
 */
const meetingHashes = 8;
const leastShared = 2;

/**
 * Takes out passages that say the same as one that is ranked before them, whoever's they are. What has other numbers
 * stays.
 *
 * @param candidates best first; no more are asked for than it takes.
 * @param wanted distinct passages that the next steps look at, ≥ 1.
 * @param pause is awaited between two passages: a thousand long ones take a tenth of a second.
 */
export async function collapseDuplicates(
  candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
  wanted: number,
  pause: () => Promise<void>,
): Promise<CollapsedCandidates> {
  const kept: Passage[] = [];
  const copies = new Map<ChunkId, PassageCopy[]>();
  const metBy = new Map<number, Set<Passage>>();
  for await (const candidate of candidates) {
    await pause();
    const passage = passageOf(candidate);
    const shared = new Map<Passage, number>();
    for (const hash of passage.hashes) {
      for (const before of metBy.get(hash) ?? []) shared.set(before, (shared.get(before) ?? 0) + 1);
    }
    const least = Math.min(leastShared, passage.hashes.length);
    const same = kept.find((before) => (shared.get(before) ?? 0) >= least && saysTheSame(before, passage));
    if (same !== undefined) {
      const { documentId, chunkId } = candidate.chunk;
      const { chunkId: shown } = same.candidate.chunk;
      copies.set(shown, [...(copies.get(shown) ?? []), { documentId, chunkId }]);
      continue;
    }
    kept.push(passage);
    if (kept.length === wanted) break;
    for (const hash of passage.hashes) metBy.set(hash, (metBy.get(hash) ?? new Set()).add(passage));
  }
  return { candidates: kept.map(({ candidate }) => candidate), copies };
}

interface Passage {
  readonly candidate: Candidate;
  readonly hashes: readonly number[];
  readonly numbers: () => string;
  readonly shingles: () => Uint32Array;
}

/** Of few passages more is made than the hashes that they meet by, since few meet another. */
function passageOf(candidate: Candidate): Passage {
  const folded = foldText(candidate.chunk.text);
  const shingles = shinglesIn(folded);
  let numbers: string | null = null;
  let distinct: Uint32Array | null = null;
  return {
    candidate,
    hashes: smallestOf(shingles, meetingHashes),
    numbers() {
      numbers ??= numbersIn(folded).join(' ');
      return numbers;
    },
    shingles() {
      distinct ??= distinctHashes(shingles);
      return distinct;
    },
  };
}

/** Stricter than documents are compared, with the same numbers in the same order. */
function saysTheSame(left: Passage, right: Passage): boolean {
  return left.numbers() === right.numbers() && jaccardOf(left.shingles(), right.shingles()) >= leastJaccard;
}
