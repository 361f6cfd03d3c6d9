/**
 * Inner product; of unit vectors, their cosine. Vectors of different lengths, of different models, have none: 0.
 *
 * Four sums side by side: within one, each addition would wait for the one before it.
 */
export function dot(left: Float32Array, right: Float32Array): number {
  const { length } = left;
  if (length !== right.length) return 0;
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  let at = 0;
  for (; at + 3 < length; at += 4) {
    one += (left[at] ?? 0) * (right[at] ?? 0);
    two += (left[at + 1] ?? 0) * (right[at + 1] ?? 0);
    three += (left[at + 2] ?? 0) * (right[at + 2] ?? 0);
    four += (left[at + 3] ?? 0) * (right[at + 3] ?? 0);
  }
  for (; at < length; at += 1) one += (left[at] ?? 0) * (right[at] ?? 0);
  return one + two + three + four;
}
