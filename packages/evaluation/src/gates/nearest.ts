import { type ChunkId, dot } from '@winnow/core';

/** A query's vector, and what an index has found for it. */
export interface VectorProbe {
  /** L2-normalised. */
  readonly vector: Float32Array;
  /** Chunks that the index found nearest, at most `k`. */
  readonly found: readonly ChunkId[];
}

/** Compares what an index found with every vector that it holds, one at a time. */
export interface ExactSearch {
  add(chunkId: ChunkId, vector: Float32Array): void;
  /** For each probe, the part of the nearest that the index found, 0–1; 1 where it holds nothing. */
  recalls(): readonly number[];
}

/** Two inner products this close are the same but for the order of adding up. */
const sameScore = 1e-5;

/**
 * Exact nearest neighbours by inner product. Of many chunks with the same score around rank `k` any will do, as in
 * ann-benchmarks: a hit counts where its score is not below that of rank `k`.
 *
 * @param k neighbours that count, ≥ 1.
 * @see Aumüller, Bernhardsson, Faithfull, ANN-Benchmarks, Information Systems 2020.
 */
export function createExactSearch(probes: readonly VectorProbe[], k: number): ExactSearch {
  const states = probes.map(({ vector, found }) => ({
    vector,
    found: new Set(found.slice(0, k)),
    foundScores: [] as number[],
    /** Descending, at most k. */
    best: [] as number[],
  }));
  return {
    add(chunkId, vector) {
      for (const state of states) {
        const score = dot(state.vector, vector);
        if (state.found.has(chunkId)) state.foundScores.push(score);
        insert(state.best, score, k);
      }
    },
    recalls: () =>
      states.map(({ best, foundScores }) => {
        const least = best.at(-1);
        if (least === undefined) return 1;
        const right = foundScores.filter((score) => score >= least - sameScore).length;
        return Math.min(1, right / best.length);
      }),
  };
}

function insert(best: number[], score: number, k: number): void {
  const least = best.at(-1);
  if (best.length >= k && least !== undefined && score <= least) return;
  const place = best.findIndex((other) => other < score);
  best.splice(place === -1 ? best.length : place, 0, score);
  if (best.length > k) best.pop();
}
