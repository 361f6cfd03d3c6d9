import type { ChunkId, DocumentId } from '@winnow/core';
import { jaccardOf, looseShinglesOf, numbersIn, smallestOf, textFeaturesOf } from '@winnow/text';
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
/** Smallest shingle hashes that passages meet by: of two that are alike by 0.8, all miss each other in 3 of 10⁶. */
const meetingHashes = 8;

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
  const kept: Candidate[] = [];
  const copies = new Map<ChunkId, PassageCopy[]>();
  const metBy = new Map<number, Set<Candidate>>();
  const featuresOf = createFeatures();
  for await (const candidate of candidates) {
    await pause();
    const hashes = smallestOf(looseShinglesOf(candidate.chunk.text), meetingHashes);
    const met = new Set([...hashes].flatMap((hash) => [...(metBy.get(hash) ?? [])]));
    const same = kept.find(
      (before) => met.has(before) && saysTheSame(featuresOf(before), featuresOf(candidate)),
    );
    if (same !== undefined) {
      const { documentId, chunkId } = candidate.chunk;
      copies.set(same.chunk.chunkId, [...(copies.get(same.chunk.chunkId) ?? []), { documentId, chunkId }]);
      continue;
    }
    kept.push(candidate);
    if (kept.length === wanted) break;
    for (const hash of hashes) metBy.set(hash, (metBy.get(hash) ?? new Set()).add(candidate));
  }
  return { candidates: kept, copies };
}

/** Stricter than documents are compared, with the same numbers in the same order. */
function saysTheSame(left: PassageFeatures, right: PassageFeatures): boolean {
  return left.numbers === right.numbers && jaccardOf(left.shingles, right.shingles) >= leastJaccard;
}

interface PassageFeatures {
  readonly shingles: Uint32Array;
  readonly numbers: string;
}

/** Made of few candidates, since few meet another. */
function createFeatures(): (candidate: Candidate) => PassageFeatures {
  const known = new Map<Candidate, PassageFeatures>();
  return (candidate) => {
    const { text } = candidate.chunk;
    const features = known.get(candidate) ?? {
      shingles: textFeaturesOf(text).shingles,
      numbers: numbersIn(text).join(' '),
    };
    known.set(candidate, features);
    return features;
  };
}
