import type { CandidatePair } from '@winnow/text';
import type { Likeness } from './document-features.ts';

/** A document's place under its original, both by rank. */
export interface Duplicate extends Likeness {
  readonly original: number;
  readonly duplicate: number;
}

/**
 * Gives each document that may have a near-duplicate before it the likeliest original: by rank, so that an original is
 * nobody's duplicate, and every duplicate is like its original itself and not only like another duplicate.
 *
 * @param pairs in any order.
 * @param compare of an original and a document behind it, in order of the latter; null where they are no near-duplicates.
 * @returns in order of the duplicates.
 */
export async function groupDuplicates(
  pairs: Iterable<CandidatePair>,
  compare: (original: number, later: number) => Promise<Likeness | null>,
): Promise<readonly Duplicate[]> {
  const originalOf = new Map<number, number>();
  const duplicates: Duplicate[] = [];
  for (const [later, neighbours] of [...neighboursBefore(pairs)].sort(([left], [right]) => left - right)) {
    const originals = new Set([...neighbours].map((earlier) => originalOf.get(earlier) ?? earlier));
    let best: Duplicate | null = null;
    for (const original of [...originals].sort((left, right) => left - right)) {
      const likeness = await compare(original, later);
      if (likeness === null || (best !== null && likeness.jaccard <= best.jaccard)) continue;
      best = { original, duplicate: later, ...likeness };
    }
    if (best === null) continue;
    originalOf.set(later, best.original);
    duplicates.push(best);
  }
  return duplicates;
}

function neighboursBefore(pairs: Iterable<CandidatePair>): ReadonlyMap<number, ReadonlySet<number>> {
  const neighbours = new Map<number, Set<number>>();
  for (const { earlier, later } of pairs) {
    const known = neighbours.get(later);
    if (known === undefined) neighbours.set(later, new Set([earlier]));
    else known.add(earlier);
  }
  return neighbours;
}
