import { addTo, unitOf } from '../document-vector.ts';

/** Weight of what is disliked, where what is liked has 1: as Qdrant's recommendations have it. */
const unlikeWeight = 0.5;

/**
 * The direction of what is liked, away from what is not: mean of the liked − ½ × mean of the disliked.
 *
 * @param liked L2-normalised, at least one. @param unliked L2-normalised.
 * @returns L2-normalised; null where they cancel out.
 * @see Rocchio, Relevance Feedback in Information Retrieval, 1971.
 */
export function likesVectorOf(
  liked: readonly Float32Array[],
  unliked: readonly Float32Array[],
): Float32Array | null {
  const sum = new Float64Array(liked[0]?.length ?? 0);
  for (const vector of liked) addTo(sum, vector, 1 / liked.length);
  for (const vector of unliked) addTo(sum, vector, -unlikeWeight / unliked.length);
  return unitOf(sum);
}
