import type { Roster } from './roster.ts';

/** A place and a count. */
const bytesPerPosting = 6;

/** The chunks that hold a term, by their places in a roster, in no order. */
export interface Postings {
  readonly size: number;
  readonly places: Uint32Array;
  /** How often the term stands in each; more than 65,535 times counts as so often. */
  readonly counts: Uint16Array;
  readonly bytes: number;
  /** How many of the chunks were not removed. */
  live(): number;
  /** Takes a chunk in by its row id, unless it is not on the roster, or stands before the place `from`. */
  add(chunk: number, count: number, from: number): void;
}

export function createPostings(roster: Roster): Postings {
  let places = new Uint32Array(0);
  let counts = new Uint16Array(0);
  let size = 0;
  let live = { count: 0, of: 0, removals: -1 };
  /** Where the chunk before was found. */
  let last = 0;

  const grow = () => {
    const capacity = Math.max(16, Math.ceil(size * 1.5));
    const [oldPlaces, oldCounts] = [places, counts];
    places = new Uint32Array(capacity);
    places.set(oldPlaces);
    counts = new Uint16Array(capacity);
    counts.set(oldCounts);
  };

  return {
    get size() {
      return size;
    },
    get places() {
      return places;
    },
    get counts() {
      return counts;
    },
    get bytes() {
      return places.length * bytesPerPosting;
    },
    live() {
      if (live.of === size && live.removals === roster.removals) return live.count;
      const { lengths, removals } = roster;
      let count = 0;
      for (let at = 0; at < size; at++) if ((lengths[places[at] ?? 0] ?? -1) >= 0) count += 1;
      live = { count, of: size, removals };
      return count;
    },
    add(chunk, count, from) {
      // Chunks come in ascending order, segment by segment.
      if (last < from || roster.idAt(last) > chunk) last = from;
      const place = roster.placeOf(chunk, last);
      if (place < 0) return;
      last = place;
      if (size === places.length) grow();
      places[size] = place;
      counts[size] = Math.min(count, 65_535);
      size += 1;
    },
  };
}
