import { dot } from '@winnow/core';

/** What is chosen among. */
interface Scored {
  readonly score: number;
  readonly vector: Float32Array;
}

/**
 * Maximal marginal relevance over vectors: takes, one after the other, what has the highest
 * `lambda × score − (1 − lambda) × cosine to the likest that was taken`.
 *
 * @param candidates best first. @param lambda 0–1; 1 keeps the order. @param count at least 1.
 * @returns the first first, each once; all where there are no more than asked for.
 * @see Carbonell, Goldstein, SIGIR 1998.
 */
export function spreadOut<Candidate extends Scored>(
  candidates: readonly Candidate[],
  lambda: number,
  count: number,
): readonly Candidate[] {
  const pool = candidates.map((candidate) => ({ candidate, likeness: 0 }));
  const taken: Candidate[] = [];
  while (taken.length < count && pool.length > 0) {
    const gains = pool.map(({ candidate, likeness }) => lambda * candidate.score - (1 - lambda) * likeness);
    // What is nearest to the likes comes first, whatever lambda.
    const place = taken.length === 0 ? 0 : gains.indexOf(Math.max(...gains));
    const [chosen] = pool.splice(place, 1);
    if (chosen === undefined) break;
    taken.push(chosen.candidate);
    for (const other of pool) {
      const cosine = dot(other.candidate.vector, chosen.candidate.vector);
      other.likeness = taken.length === 1 ? cosine : Math.max(other.likeness, cosine);
    }
  }
  return taken;
}
