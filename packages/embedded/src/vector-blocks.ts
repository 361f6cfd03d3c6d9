import { searchExactly } from './exact-search.ts';

/** Vectors of a block: a compromise between calls per search and memory that a small corpus leaves empty. */
const blockSize = 4_096;

/** A chunk's vector with the row ids of the chunk and of its document. */
export interface VectorRow {
  readonly chunk: number;
  readonly document: number;
  readonly vector: Float32Array;
}

/** A chunk's row id and its similarity to the query. */
export interface VectorHit {
  readonly chunk: number;
  readonly score: number;
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
  search(query: Float32Array, k: number, allowed: ReadonlySet<number> | null): readonly VectorHit[];
}

interface Block {
  readonly vectors: Float32Array;
  readonly chunks: Float64Array;
  readonly documents: Float64Array;
}

export function createVectorBlocks(dimensions: number): VectorBlocks {
  const blocks: Block[] = [];
  const slots = new Map<number, number>();
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
      const hits = blocks.flatMap((block, index) =>
        searchBlock(block, countIn(index), query, k, allowed, dimensions),
      );
      hits.sort((left, right) => right.score - left.score);
      const last = hits[k - 1]?.score ?? Number.NEGATIVE_INFINITY;
      const end = hits.findIndex((hit, rank) => rank >= k && hit.score < last);
      return end === -1 ? hits : hits.slice(0, end);
    },
  };
}

function searchBlock(
  block: Block,
  count: number,
  query: Float32Array,
  k: number,
  allowed: ReadonlySet<number> | null,
  dimensions: number,
): readonly VectorHit[] {
  const hitsIn = (vectors: Float32Array, chunks: ArrayLike<number>, size: number) =>
    searchExactly(vectors, size, query, k).map(({ index, score }) => ({ chunk: chunks[index] ?? 0, score }));
  if (allowed === null) return hitsIn(block.vectors, block.chunks, count);

  const picked: number[] = [];
  for (let at = 0; at < count; at++) if (allowed.has(block.documents[at] ?? -1)) picked.push(at);
  if (picked.length === count) return hitsIn(block.vectors, block.chunks, count);
  // Copied side by side: still several times faster than comparing them one by one in JavaScript.
  const gathered = new Float32Array(picked.length * dimensions);
  for (const [index, at] of picked.entries()) {
    gathered.set(block.vectors.subarray(at * dimensions, (at + 1) * dimensions), index * dimensions);
  }
  return hitsIn(
    gathered,
    picked.map((at) => block.chunks[at] ?? 0),
    picked.length,
  );
}
