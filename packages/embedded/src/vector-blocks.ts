import { searchExactly } from './exact-search.ts';
import { type RowHit, withTies } from './ties.ts';

/** Vectors of a block: a compromise between calls per search and memory that a small corpus leaves empty. */
const blockSize = 4_096;
/** With a filter, so many of the best are looked at for each hit before all that it lets through are compared. */
const lookedAtPerHit = 4;

/** A chunk's vector with the row ids of the chunk and of its document. */
export interface VectorRow {
  readonly chunk: number;
  readonly document: number;
  readonly vector: Float32Array;
}

/** Vectors in memory, in blocks that never move: growing copies nothing, shrinking gives memory back. */
export interface VectorBlocks {
  readonly bytes: number;
  /** Row ids of the chunks held. */
  chunks(): Iterable<number>;
  has(chunk: number): boolean;
  /** A chunk that is held already is left as it is. */
  add(row: VectorRow): void;
  remove(chunk: number): void;
  /**
   * The best `k` by inner product, best first, and everything that ties with the last of them.
   * @param allowed documents that may be found; null for all.
   */
  search(query: Float32Array, k: number, allowed: ReadonlySet<number> | null): readonly RowHit[];
}

interface Block {
  readonly vectors: Float32Array;
  readonly chunks: Float64Array;
  readonly documents: Float64Array;
}

export function createVectorBlocks(dimensions: number): VectorBlocks {
  const blocks: Block[] = [];
  const slots = new Map<number, number>();
  /** Where the vectors that a filter lets through are put side by side. */
  let scratch: Float32Array | null = null;
  const blockBytes = blockSize * (4 * dimensions + 16);

  const place = (slot: number) => {
    const index = Math.floor(slot / blockSize);
    blocks[index] ??= {
      vectors: new Float32Array(blockSize * dimensions),
      chunks: new Float64Array(blockSize),
      documents: new Float64Array(blockSize),
    };
    return { block: blocks[index], at: slot % blockSize };
  };
  const put = (slot: number, row: VectorRow) => {
    const { block, at } = place(slot);
    block.vectors.set(row.vector, at * dimensions);
    block.chunks[at] = row.chunk;
    block.documents[at] = row.document;
    slots.set(row.chunk, slot);
  };
  const rowAt = (slot: number): VectorRow => {
    const { block, at } = place(slot);
    return {
      chunk: block.chunks[at] ?? 0,
      document: block.documents[at] ?? 0,
      vector: block.vectors.subarray(at * dimensions, (at + 1) * dimensions),
    };
  };
  const countIn = (blockIndex: number) => Math.min(blockSize, slots.size - blockIndex * blockSize);

  return {
    get bytes() {
      return blocks.length * blockBytes;
    },
    chunks: () => slots.keys(),
    has: (chunk) => slots.has(chunk),
    add(row) {
      if (!slots.has(row.chunk)) put(slots.size, row);
    },
    remove(chunk) {
      const slot = slots.get(chunk);
      if (slot === undefined) return;
      const last = slots.size - 1;
      if (slot !== last) put(slot, rowAt(last));
      slots.delete(chunk);
      blocks.length = Math.ceil(slots.size / blockSize);
    },
    search(query, k, allowed) {
      let isBroad = allowed !== null && allowed.size > 0;
      const hits = blocks.flatMap((block, index) => {
        const count = countIn(index);
        if (allowed === null) return searchBlock(block, count, query, k);
        const among = isBroad ? bestAmong(block, count, query, k, allowed) : null;
        // What one block tells of the filter holds for the others, more or less.
        isBroad = among !== null;
        scratch ??= new Float32Array(blockSize * dimensions);
        return among ?? searchAllowed(block, count, query, k, allowed, scratch);
      });
      hits.sort((left, right) => right.score - left.score);
      return withTies(hits, k);
    },
  };
}

function searchBlock(block: Block, count: number, query: Float32Array, k: number): readonly RowHit[] {
  return searchExactly(block.vectors, count, query, k).map(({ index, score }) => ({
    chunk: block.chunks[index] ?? 0,
    score,
  }));
}

/** The best that a broad filter lets through, found among the best of all. @returns null where too few are. */
function bestAmong(
  block: Block,
  count: number,
  query: Float32Array,
  k: number,
  allowed: ReadonlySet<number>,
): readonly RowHit[] | null {
  const looked = k * lookedAtPerHit;
  const hits = searchExactly(block.vectors, count, query, looked).flatMap(({ index, score }) =>
    allowed.has(block.documents[index] ?? -1) ? [{ chunk: block.chunks[index] ?? 0, score }] : [],
  );
  // All that tie with the last that was looked at are there, so none that ties with the k-th is missing.
  return hits.length >= k || looked >= count ? hits : null;
}

/** The best of those that a filter lets through, which are put side by side. */
function searchAllowed(
  block: Block,
  count: number,
  query: Float32Array,
  k: number,
  allowed: ReadonlySet<number>,
  scratch: Float32Array,
): readonly RowHit[] {
  const dimensions = query.length;
  const picked: number[] = [];
  // Copied side by side, run by run: still several times faster than comparing one by one in JavaScript.
  for (let at = 0; at < count; at++) {
    const from = at;
    while (at < count && allowed.has(block.documents[at] ?? -1)) at++;
    if (at === from) continue;
    scratch.set(block.vectors.subarray(from * dimensions, at * dimensions), picked.length * dimensions);
    for (let row = from; row < at; row++) picked.push(block.chunks[row] ?? 0);
  }
  return searchExactly(scratch, picked.length, query, k).map(({ index, score }) => ({
    chunk: picked[index] ?? 0,
    score,
  }));
}
