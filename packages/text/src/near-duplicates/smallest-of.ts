/** The smallest of some hashes, each once, ascending; all where there are no more. Linear in their number. */
export function smallestOf(hashes: Uint32Array, count: number): readonly number[] {
  const smallest: number[] = [];
  for (const hash of hashes) {
    const last = smallest[count - 1];
    if (last !== undefined && hash >= last) continue;
    const place = smallest.findLastIndex((other) => other <= hash);
    if (smallest[place] === hash) continue;
    smallest.splice(place + 1, 0, hash);
    if (smallest.length > count) smallest.pop();
  }
  return smallest;
}
