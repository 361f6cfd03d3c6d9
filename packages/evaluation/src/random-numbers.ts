/**
 * Numbers in [0, 1) that depend on the seed alone.
 * @see mulberry32 by Tommy Ettinger, public domain.
 */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Keeps some of many things, each with the same chance, without knowing beforehand how many there are. */
export interface Reservoir<Item> {
  offer(item: Item): void;
  /** At most as many as it holds, in the order in which they took their places. */
  items(): readonly Item[];
}

/**
 * @param size things kept at most.
 * @see Vitter, Random Sampling with a Reservoir, TOMS 1985: algorithm R.
 */
export function createReservoir<Item>(size: number, random: () => number): Reservoir<Item> {
  const kept: Item[] = [];
  let offered = 0;
  return {
    offer(item) {
      offered += 1;
      if (kept.length < size) {
        kept.push(item);
        return;
      }
      const place = Math.floor(random() * offered);
      if (place < size) kept[place] = item;
    },
    items: () => kept,
  };
}

/** Some of a list, each with the same chance, in the order of the list. All of it where it is no longer than that. */
export function sampleOf<Item>(items: readonly Item[], size: number, random: () => number): readonly Item[] {
  if (items.length <= size) return items;
  const reservoir = createReservoir<number>(size, random);
  for (const place of items.keys()) reservoir.offer(place);
  const places = new Set(reservoir.items());
  return items.filter((_, place) => places.has(place));
}
