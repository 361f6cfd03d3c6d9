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
 * @param turn awaited between two steps of some microseconds to a millisecond each.
 * @returns the `count` chosen (all, if there are fewer), in the order they were taken; the first stays first.
 * @throws what `turn` throws.
 * @see Carbonell, Goldstein, SIGIR 1998.
 */
export async function diversify(
  candidates: readonly Candidate[],
  lambda: number,
  count: number,
  turn: () => Promise<void>,
): Promise<readonly Candidate[]> {
  const pool = candidates.slice(0, count * poolPerHit);
  const likenessTo = await likenessIn(pool, turn);
  const likeness = new Float64Array(pool.length);
  const left = new Set(pool.keys());
  const taken: Candidate[] = [];
  while (taken.length < count) {
    let best = -1;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (const at of left) {
      const gain = lambda * (1 - at / pool.length) - (1 - lambda) * (likeness[at] ?? 0);
      if (gain > bestGain) [best, bestGain] = [at, gain];
    }
    const chosen = pool[best];
    if (chosen === undefined) break;
    left.delete(best);
    taken.push(chosen);
    for (const [at, cosine] of likenessTo(best).entries()) likeness[at] = Math.max(likeness[at] ?? 0, cosine);
    await turn();
  }
  return taken;
}

/**
 * Cosines between the passages of a pool. Only passages that share a term are looked at together: comparing each with
 * each, term by term, takes seconds for a thousand.
 *
 * @returns for a place in the pool, the likeness of every passage to it. The list is used again by the next call.
 */
async function likenessIn(
  pool: readonly Candidate[],
  turn: () => Promise<void>,
): Promise<(at: number) => Float64Array> {
  const places = new Map<string, { readonly at: number[]; readonly weights: number[] }>();
  const vectors: ReadonlyMap<string, number>[] = [];
  for (const [at, { chunk }] of pool.entries()) {
    const vector = termVector(chunk.text);
    vectors.push(vector);
    for (const [term, weight] of vector) {
      const found = places.get(term) ?? { at: [], weights: [] };
      places.set(term, found);
      found.at.push(at);
      found.weights.push(weight);
    }
    await turn();
  }
  const sums = new Float64Array(pool.length);
  return (of) => {
    sums.fill(0);
    for (const [term, weight] of vectors[of] ?? []) {
      const { at, weights } = places.get(term) ?? { at: [], weights: [] };
      for (const [index, place] of at.entries())
        sums[place] = (sums[place] ?? 0) + weight * (weights[index] ?? 0);
    }
    return sums;
  };
}

/** Counts of a text's search terms, scaled to length 1. */
function termVector(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const term of searchTerms(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const norm = Math.hypot(...counts.values());
  return new Map([...counts].map(([term, count]) => [term, count / norm]));
}
