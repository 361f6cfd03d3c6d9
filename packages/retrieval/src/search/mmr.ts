import { searchTerms } from '@winnow/text';
import type { Candidate } from './candidate.ts';

/** Candidates considered per hit wanted: enough to find variety, few enough to stay relevant. */
const poolPerHit = 3;

/**
 * Maximal marginal relevance: takes, one after the other, the candidate with the highest
 * `lambda × relevance − (1 − lambda) × likeness to what was taken`.
 *
 * Relevance falls evenly from 1 to 0 over the pool by rank, since scores of different stages do not compare;
 * likeness is the cosine of the search-term counts of two passages, which needs no vectors from the index.
 *
 * @param candidates best first.
 * @param lambda 0–1; 1 keeps the order.
 * @param count hits wanted, ≥ 1.
 * @returns the `count` chosen (all, if there are fewer), in the order they were taken; the first stays first.
 * @see Carbonell, Goldstein, SIGIR 1998.
 */
export function diversify(
  candidates: readonly Candidate[],
  lambda: number,
  count: number,
): readonly Candidate[] {
  const pool = candidates.slice(0, count * poolPerHit).map((candidate, index, { length }) => ({
    candidate,
    relevance: 1 - index / length,
    terms: termVector(candidate.chunk.text),
    likeness: 0,
  }));
  const taken: Candidate[] = [];
  while (taken.length < count && pool.length > 0) {
    const gains = pool.map(({ relevance, likeness }) => lambda * relevance - (1 - lambda) * likeness);
    const [chosen] = pool.splice(gains.indexOf(Math.max(...gains)), 1);
    if (chosen === undefined) break;
    taken.push(chosen.candidate);
    for (const other of pool) other.likeness = Math.max(other.likeness, cosine(other.terms, chosen.terms));
  }
  return taken;
}

/** Counts of a text's search terms, scaled to length 1. */
function termVector(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const term of searchTerms(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const norm = Math.hypot(...counts.values());
  return new Map([...counts].map(([term, count]) => [term, count / norm]));
}

function cosine(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [term, weight] of left) sum += weight * (right.get(term) ?? 0);
  return sum;
}
