import type { Reads } from '../database.ts';
import type { Generation } from '../generations.ts';
import { damagedTerms } from './damaged-terms.ts';
import { varintsOf } from './varint.ts';

/** Chunks read in one go, without letting other work of the thread in between. */
const chunksPerTurn = 10_000;
/** Removed chunks remembered until the next search; of more, all row ids are compared. */
const maxPendingRemovals = 10_000;
/** Of a row id, a length and a document. */
const bytesPerChunk = 20;
/** In place of its length, where a chunk was removed. */
const removed = -1;

/**
 * All chunks of a generation's full-text index, in the order of their row ids, which only grow and are never used
 * again. A chunk keeps its place for good, so what is found out about it can be kept by place.
 */
export interface Roster {
  /** Places, those of removed chunks too. */
  readonly size: number;
  readonly bytes: number;
  /** Terms of the chunk at each place; below 0 where it was removed. */
  readonly lengths: Int32Array;
  /** The row id of the document of each. */
  readonly documents: Float64Array;
  /** Grows whenever chunks are removed. */
  readonly removals: number;
  /** True where most places are empty: a new roster is smaller. */
  readonly isSparse: boolean;
  idAt(place: number): number;
  /**
   * @param from chunks that stand before this place are not found; the nearer it is, the faster.
   * @returns -1: there is no such chunk.
   */
  placeOf(id: number, from: number): number;
  /** Reads some of the chunks that came since it was read last. @returns false once it has all. */
  readSome(generation: Generation): boolean;
  /** Brings it to the state of the current read transaction. */
  bringTo(generation: Generation): void;
  /** Told of chunks that were removed; where it is not told of all, it finds out. */
  remove(ids: readonly number[]): void;
}

export function createRoster(database: Reads): Roster {
  let ids = new Float64Array(0);
  let lengths = new Int32Array(0);
  let documents = new Float64Array(0);
  let size = 0;
  let live = 0;
  let removals = 0;
  let changes = -1;
  let pending: number[] = [];

  const idAt = (place: number) => ids[place] ?? 0;
  const placeOf = (id: number, from: number) => {
    // From place to place, ids grow by one or more: where nothing was removed, this is it.
    let high = Math.min(size - 1, from + id - idAt(from));
    if (high >= from && ids[high] === id) return high;
    let low = from;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = idAt(middle);
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };
  const grow = (wanted: number) => {
    if (wanted <= ids.length) return;
    const capacity = Math.max(wanted, Math.ceil(size * 1.25), 1_024);
    ids = grown(ids, new Float64Array(capacity));
    lengths = grown(lengths, new Int32Array(capacity));
    documents = grown(documents, new Float64Array(capacity));
  };
  const strike = (place: number) => {
    if (place < 0 || place >= size || lengths[place] === removed) return;
    lengths[place] = removed;
    live -= 1;
    removals += 1;
  };
  const readSome = (generation: Generation) => {
    const rows = chunksAfter(database, generation, size === 0 ? 0 : idAt(size - 1));
    grow(size + rows.ids.length);
    ids.set(rows.ids, size);
    lengths.set(rows.lengths, size);
    documents.set(rows.documents, size);
    size += rows.ids.length;
    live += rows.ids.length;
    return rows.ids.length === chunksPerTurn;
  };
  const strikeMissing = ({ tables }: Generation) => {
    const row = database.get<{ ids: string }>(`SELECT json_group_array(id) AS ids FROM ${tables.termSizes}`);
    const there = new Set<number>(JSON.parse(row?.ids ?? '[]'));
    for (let place = 0; place < size; place++) if (!there.has(idAt(place))) strike(place);
  };
  const countOf = ({ tables }: Generation) =>
    database.get<{ count: number }>(`SELECT count(*) AS count FROM ${tables.termSizes}`)?.count ?? 0;

  return {
    get size() {
      return size;
    },
    get bytes() {
      return ids.length * bytesPerChunk;
    },
    get lengths() {
      return lengths;
    },
    get documents() {
      return documents;
    },
    get removals() {
      return removals;
    },
    get isSparse() {
      return live < size / 2;
    },
    idAt,
    placeOf,
    readSome,
    bringTo(generation) {
      if (changes === generation.changes) return;
      for (const id of pending) strike(placeOf(id, 0));
      pending = [];
      while (readSome(generation));
      // Ids do not come back: with as many chunks as the file has, they are the same.
      if (live !== countOf(generation)) strikeMissing(generation);
      changes = generation.changes;
    },
    remove(gone) {
      pending = pending.length + gone.length > maxPendingRemovals ? [] : [...pending, ...gone];
    },
  };
}

/** Put together in SQL: an object for each row would take three times as long. */
function chunksAfter(database: Reads, { tables }: Generation, id: number) {
  const row = database.get<{ ids: string; sizes: string | null; documents: string }>(
    `SELECT json_group_array(id) AS ids, group_concat(hex(sz), '') AS sizes, json_group_array(document) AS documents
     FROM (SELECT sizes.id, sizes.sz, coalesce(chunk.document, -1) AS document FROM ${tables.termSizes} AS sizes
       LEFT JOIN ${tables.chunk} AS chunk ON chunk.id = sizes.id
       WHERE sizes.id > ? ORDER BY sizes.id LIMIT ${chunksPerTurn})`,
    id,
  );
  const numbers = (json: string | undefined): readonly number[] => JSON.parse(json ?? '[]');
  const ids = numbers(row?.ids);
  const lengths = varintsOf(Buffer.from(row?.sizes ?? '', 'hex'));
  if (lengths.length !== ids.length) throw damagedTerms('lengths of chunks are missing');
  return { ids, lengths, documents: numbers(row?.documents) };
}

function grown<Numbers extends Float64Array | Int32Array>(from: Numbers, into: Numbers): Numbers {
  into.set(from);
  return into;
}
