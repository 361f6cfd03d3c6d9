import { addTo, unitOf } from '../document-vector.ts';

/** What the mean of the passages weighs beside the query. */
const passagesWeight = 0.5;

/**
 * Moves a query's vector towards passages that are taken for answers (Rocchio, without the part against others).
 *
 * @param query L2-normalised.
 * @param passages L2-normalised, of the same length; any number.
 * @returns L2-normalised; the query itself where there is nothing to move towards.
 * @see Rocchio 1971, in Salton, The SMART Retrieval System.
 */
export function moveVector(query: Float32Array, passages: readonly Float32Array[]): Float32Array {
  const sum = Float64Array.from(query);
  for (const passage of passages) addTo(sum, passage, passagesWeight / passages.length);
  return passages.length === 0 ? query : (unitOf(sum) ?? query);
}
