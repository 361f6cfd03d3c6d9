/**
 * Standard scores: (value − mean) ÷ standard deviation, over the values given (population deviation).
 * Makes scores of different scales addable.
 *
 * @returns one finite number per value, in input order, mean 0; all 0 where the values do not differ.
 */
export function standardise(values: readonly number[]): readonly number[] {
  if (values.length === 0) return [];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance);
  // Equal values differ from their own mean by rounding alone; dividing by that would make scores of noise.
  const noise = 1e-9 * Math.max(1, ...values.map(Math.abs));
  return values.map((value) => (deviation <= noise ? 0 : (value - mean) / deviation));
}
