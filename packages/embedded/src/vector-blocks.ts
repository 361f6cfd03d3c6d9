import { withRows } from './best-rows.ts';
import { addsUpCodes } from './exact-search.ts';
import { type CodeRows, lookAtRows, lookThroughFilter, type Search } from './look-at-rows.ts';
import { commonScale, quantise } from './quantised-vector.ts';
import { createRowSlots } from './row-slots.ts';
import { type ScanHelper, searchesFor } from './shared-rows.ts';

/** Vectors of a block: a compromise between calls per search and memory that a small corpus leaves empty. */
const blockSize = 4_096;
/**
 * Of so many blocks and more the later half is looked at by a helper: with fewer a search takes 15 ms at most, and other searches
 * keep the second core busy.
 */
const fewestShared = 64;
/** Beside a chunk's codes: two row ids, and its slot. */
const bytesBeside = 16 + 4;

/** A chunk's vector with the row ids of the chunk and of its document. */
export interface VectorRow {
  readonly chunk: number;
  readonly document: number;
  /** Of length 1, or nearly. */
  readonly vector: Float32Array;
}

/** A query by vector. */
export interface SoughtVector {
  readonly query: Float32Array;
  /** ≥ 1. */
  readonly k: number;
}

/**
 * Vectors in memory, a byte a number, in blocks that never move: growing copies nothing, shrinking gives memory back. They
 * say which chunks may be nearest; in which order is for the vectors themselves to say.
 */
export interface VectorBlocks {
  /** Memory in use, more or less. */
  readonly bytes: number;
  /** Row ids of the chunks held. */
  chunks(): Iterable<number>;
  has(chunk: number): boolean;
  /** A chunk that is held already is left as it is. */
  add(row: VectorRow): void;
  remove(chunk: number): void;
  /**
   * For each that is sought, row ids of its best `k` chunks by inner product, of what ties with the last of them, and of all that
   * rounding does not tell apart from these: 4,096 at most, or `k`. All are sought in one pass.
   * @param sought at least one.
   * @param allowed documents that may be found; null for all.
   */
  nearest(
    sought: readonly SoughtVector[],
    allowed: ReadonlySet<number> | null,
  ): readonly (readonly number[])[];
  /** A copy of one block, to be taken by others; null: there are no more. */
  lend(index: number): LentBlock | null;
  /** Rows that are held already are left as they are. */
  take(lent: LentBlock): void;
}

interface Block {
  readonly codes: Int8Array;
  readonly chunks: Float64Array;
  readonly documents: Float64Array;
  /** How far the score of any of its rows may be off; that of rows that have left it counts as well. */
  looseness: number;
  /** That all of its rows have in common; null once one did not fit. */
  scale: number | null;
}

/** A block as it stands at one moment. */
export type LentBlock = Readonly<Block>;

/** Codes of a row that are put into a block; of an unknown scale where it is null. */
type Rounded = Pick<Block, 'codes' | 'looseness' | 'scale'>;

/** @param helper takes half of the searches in what is large and has no filter; null: there is none. */
export function createVectorBlocks(dimensions: number, helper: ScanHelper | null = null): VectorBlocks {
  const blocks: Block[] = [];
  const slots = createRowSlots();
  /** Chosen by the first vector; null until then, and where codes are only compared by cosine. */
  let scale: number | null = null;
  /** Where the codes that a filter lets through are put side by side. */
  let scratch: Int8Array | null = null;

  const place = (slot: number) => {
    const index = Math.floor(slot / blockSize);
    const isShared = helper !== null && index >= fewestShared / 2;
    blocks[index] ??= {
      codes: new Int8Array(bytesFor(blockSize * dimensions, isShared)),
      chunks: new Float64Array(bytesFor(blockSize * Float64Array.BYTES_PER_ELEMENT, isShared)),
      documents: new Float64Array(blockSize),
      looseness: 0,
      scale,
    };
    return { block: blocks[index], at: slot % blockSize };
  };
  const put = (slot: number, row: Omit<VectorRow, 'vector'>, rounded: Rounded) => {
    const { block, at } = place(slot);
    block.codes.set(rounded.codes, at * dimensions);
    block.chunks[at] = row.chunk;
    block.documents[at] = row.document;
    block.looseness = Math.max(block.looseness, rounded.looseness);
    if (rounded.scale !== block.scale) block.scale = null;
    slots.set(row.chunk, slot);
  };
  const move = (from: number, to: number) => {
    const { block, at } = place(from);
    const row = { chunk: block.chunks[at] ?? 0, document: block.documents[at] ?? 0 };
    const codes = block.codes.subarray(at * dimensions, (at + 1) * dimensions);
    put(to, row, { codes, looseness: block.looseness, scale: block.scale });
  };
  const sideBySide = (block: Block, count: number, allowed: ReadonlySet<number>) => {
    scratch ??= new Int8Array(blockSize * dimensions);
    return allowedRowsOf(block, count, allowed, scratch);
  };
  const countIn = (blockIndex: number) => Math.min(blockSize, slots.size - blockIndex * blockSize);
  const lookAtAllowed = (sought: readonly SoughtVector[], allowed: ReadonlySet<number>) => {
    let searches = searchesFor(sought);
    let isBroad = allowed.size > 0;
    for (const [index, block] of blocks.entries()) {
      const count = countIn(index);
      const through = isBroad ? lookThroughFilter(searches, rowsOf(block, count, allowed)) : null;
      isBroad = through !== null;
      searches = through ?? lookAtRows(searches, sideBySide(block, count, allowed));
    }
    return searches;
  };
  const lookAtBlocks = (searches: readonly Search[], from: number, to: number) => {
    let looked = searches;
    for (let index = from; index < to; index++) {
      const block = blocks[index];
      if (block !== undefined) looked = lookAtRows(looked, rowsOf(block, countIn(index), null));
    }
    return looked;
  };
  const lookAtAll = (sought: readonly SoughtVector[]) => {
    const all = blocks.length;
    const half = Math.ceil(all / 2);
    const shared = () =>
      blocks.slice(half).map(({ codes, chunks, scale, looseness }, at) => {
        // Nothing else: what is not shared would be copied.
        return { codes, chunks, scale, looseness, count: countIn(half + at) };
      });
    const helped = all < fewestShared ? null : (helper?.begin(sought, shared()) ?? null);
    if (helped === null) return lookAtBlocks(searchesFor(sought), 0, all);
    const searches = lookAtBlocks(searchesFor(sought), 0, half);
    const found = helped();
    if (found === null) return lookAtBlocks(searches, half, all);
    return searches.map((search, at) => ({
      ...search,
      best: withRows(search.best, found[at]?.rows ?? [], search.k),
    }));
  };

  return {
    get bytes() {
      return slots.size * (dimensions + bytesBeside);
    },
    *chunks() {
      for (const [index, block] of blocks.entries()) yield* block.chunks.subarray(0, countIn(index));
    },
    has: (chunk) => slots.get(chunk) !== null,
    add(row) {
      if (slots.get(row.chunk) !== null) return;
      if (addsUpCodes()) scale ??= commonScale(row.vector);
      const rounded = quantise(row.vector, scale ?? undefined);
      put(slots.size, row, { ...rounded, looseness: rounded.looseness + Math.abs(rounded.length - 1) });
    },
    remove(chunk) {
      const slot = slots.get(chunk);
      if (slot === null) return;
      const last = slots.size - 1;
      if (slot !== last) move(last, slot);
      slots.delete(chunk);
      blocks.length = Math.ceil(slots.size / blockSize);
    },
    nearest(sought, allowed) {
      const searches = allowed === null ? lookAtAll(sought) : lookAtAllowed(sought, allowed);
      return searches.map(({ best }) => best.rows.map(({ chunk }) => chunk));
    },
    lend(index) {
      const block = blocks[index];
      if (block === undefined) return null;
      const count = countIn(index);
      const { codes, chunks, documents } = block;
      return {
        ...block,
        codes: codes.slice(0, count * dimensions),
        chunks: chunks.slice(0, count),
        documents: documents.slice(0, count),
      };
    },
    take({ codes, chunks, documents, ...rounding }) {
      scale ??= rounding.scale;
      for (const [at, chunk] of chunks.entries()) {
        if (slots.get(chunk) !== null) continue;
        const row = { chunk, document: documents[at] ?? 0 };
        put(slots.size, row, { ...rounding, codes: codes.subarray(at * dimensions, (at + 1) * dimensions) });
      }
    },
  };
}

function bytesFor(length: number, isShared: boolean): ArrayBuffer | SharedArrayBuffer {
  return isShared ? new SharedArrayBuffer(length) : new ArrayBuffer(length);
}

/** The rows of a block where they are. */
function rowsOf(block: Block, count: number, allowed: ReadonlySet<number> | null): CodeRows {
  const { codes, looseness, scale, chunks, documents } = block;
  const chunkAt = (index: number) =>
    allowed === null || allowed.has(documents[index] ?? -1) ? (chunks[index] ?? 0) : null;
  return { codes, looseness, scale, count, chunkAt };
}

/** The rows that a filter lets through, put side by side. */
function allowedRowsOf(
  block: Block,
  count: number,
  allowed: ReadonlySet<number>,
  scratch: Int8Array,
): CodeRows {
  const dimensions = block.codes.length / blockSize;
  const picked: number[] = [];
  // Copied run by run: still several times faster than comparing one by one in JavaScript.
  for (let at = 0; at < count; at++) {
    const from = at;
    while (at < count && allowed.has(block.documents[at] ?? -1)) at++;
    if (at === from) continue;
    scratch.set(block.codes.subarray(from * dimensions, at * dimensions), picked.length * dimensions);
    for (let row = from; row < at; row++) picked.push(block.chunks[row] ?? 0);
  }
  const { looseness, scale } = block;
  return {
    codes: scratch,
    looseness,
    scale,
    count: picked.length,
    chunkAt: (index) => picked[index] ?? null,
  };
}
