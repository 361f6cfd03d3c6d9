/**
 * Search by vector on the embedded index: memory, time, and what rounding in memory costs.
 *
 *     node --expose-gc test/bench/vectors.ts [--chunks 100000] [--dimensions 384] [--queries 100] [--k 10,100] [--kept FOLDER]
 *
 * Vectors are sums of random ones for each word (see `support/worded-vectors.ts`). The index is made in another process, in a
 * folder that stays if it is named with --kept. Prints
 *
 * - the memory of the process before it searches, after its first search and after all of them, with a store and its threads
 * - for each k the time of the dense leg, through the store and back, the processor time of all threads that it takes, and what
 *   share of the nearest by exact search it has
 * - the same of the way that was there before: all vectors in memory as 32-bit numbers, every one compared, in the
 *   calling thread and without reading chunks from the file
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type ChunkId, type GenerationRef, liveRef, type Store, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { chunkOf, corpusOf, documentIdOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { searchExactly } from '../../packages/embedded/src/exact-search.ts';
import { machine, percentile, printRatio, timed } from './support/bench.ts';
import { createWordedVectors } from './support/worded-vectors.ts';

const { values } = parseArgs({
  options: {
    chunks: { type: 'string', default: '100000' },
    dimensions: { type: 'string', default: '384' },
    queries: { type: 'string', default: '100' },
    k: { type: 'string', default: '10,100' },
    kept: { type: 'string' },
    fill: { type: 'boolean', default: false },
  },
});
const chunkCount = Number(values.chunks);
const dimensions = Number(values.dimensions);
const queryCount = Number(values.queries);
const depths = values.k.split(',').map(Number);
const corpus = corpusOf('bench', dimensions);
const ref: GenerationRef = liveRef(corpus);
const chunksPerDocument = 200;
/** Vectors of a block of the way before. */
const blockSize = 4_096;
const signal = AbortSignal.timeout(3_600_000);

const folder = values.kept ?? (await mkdtemp(join(tmpdir(), 'winnow-bench-')));
const path = join(folder, `vectors-${chunkCount}-${dimensions}.db`);
if (values.fill) await fill();
else {
  try {
    await mkdir(folder, { recursive: true });
    if (!existsSync(path)) fillInAnotherProcess();
    await measure();
  } finally {
    if (values.kept === undefined) await rm(folder, { recursive: true, force: true });
  }
}

function fillInAnotherProcess(): void {
  const words = [...process.argv.slice(1), '--kept', folder, '--fill'];
  const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  if (status !== 0) throw new Error('the index was not made');
}

async function fill(): Promise<void> {
  const vectors = createWordedVectors(dimensions);
  const store = await openEmbeddedStore({ path, log: silentLogger });
  await store.corpora.create(corpus);
  const runId = runIdOf('bench');
  await store.manifest.admit(ref, runId);
  for (let start = 0; start < chunkCount; start += chunksPerDocument) {
    const id = documentIdOf(`document-${start}`);
    const count = Math.min(chunksPerDocument, chunkCount - start);
    const chunks = Array.from({ length: count }, (_, position) =>
      chunkOf(id, position, `${start + position}`, {
        terms: [],
        modelTokens: [],
        vector: vectors.text(start + position),
      }),
    );
    await store.manifest.accept(ref, runId, [newRevisionOf(id)]);
    await store.chunks.commit(ref, [revisionOf(id, 1, chunks)], signal);
  }
  await store.close();
}

async function measure(): Promise<void> {
  console.log(`${machine}; ${chunkCount} chunks of ${dimensions} dimensions, ${queryCount} queries`);
  const queries = makeQueries();
  const before = await memoryMb();
  const store = await openEmbeddedStore({ path, log: silentLogger });
  const now = await searchStore(store, queries, before);
  await store.close();
  const old = await searchAsBefore(queries);
  for (const k of depths) {
    const [found, times] = now.get(k) ?? [[], []];
    const [exact, oldTimes] = old.get(k) ?? [[], []];
    const shares = found.map(
      (ids, at) => ids.filter((id) => exact[at]?.includes(id)).length / (exact[at]?.length ?? 1),
    );
    printRatio(`recall@${k}`, shares.reduce((sum, share) => sum + share, 0) / shares.length, '≥ 0.97');
    printRatio(`k ${k}, p95 ÷ before`, percentile(times, 0.95) / percentile(oldTimes, 0.95), '≤ 1');
  }
}

/** For each k, what each query found and how long it took, in milliseconds. */
type Found = ReadonlyMap<number, readonly [found: readonly (readonly ChunkId[])[], times: readonly number[]]>;

/** What makes them takes memory that is not the store's. */
function makeQueries(): readonly Float32Array[] {
  const vectors = createWordedVectors(dimensions);
  return Array.from({ length: queryCount }, (_, index) => vectors.query(index));
}

async function searchStore(store: Store, queries: readonly Float32Array[], before: number): Promise<Found> {
  const dense = async (vector: Float32Array, k: number) =>
    (await store.chunks.recall(ref, { terms: null, vector, k, filter: null, signal })).dense;
  const first = await timed(() => dense(queries[0] ?? new Float32Array(dimensions), 10));
  const loaded = await memoryMb();
  const found = new Map<number, [ChunkId[][], number[]]>();
  for (const k of depths) {
    const ofDepth: [ChunkId[][], number[]] = [[], []];
    const processor = watchProcessor();
    for (const query of queries) {
      const { value, seconds } = await timed(() => dense(query, k));
      ofDepth[0].push(value.map(({ chunkId }) => chunkId));
      ofDepth[1].push(seconds * 1_000);
    }
    found.set(k, ofDepth);
    console.log(`k ${k}: ${spread(ofDepth[1])}, processor ${processor().toFixed(1)} ms a query`);
  }
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `memory of the process: ${before} MB before, ${loaded} MB after the first search (${first.seconds.toFixed(1)} s), ` +
      `${await memoryMb()} MB after all, ${peak.toFixed(0)} MB at most`,
  );
  return found;
}

/** All vectors in memory as they are, in blocks, every one of them compared. */
async function searchAsBefore(queries: readonly Float32Array[]): Promise<Found> {
  const vectors = createWordedVectors(dimensions);
  const before = await memoryMb();
  const ids: ChunkId[] = [];
  const blocks: Float32Array[] = [];
  for (let index = 0; index < chunkCount; index++) {
    if (index % blockSize === 0) blocks.push(new Float32Array(blockSize * dimensions));
    blocks.at(-1)?.set(vectors.text(index), (index % blockSize) * dimensions);
    const position = index % chunksPerDocument;
    const id = documentIdOf(`document-${index - position}`);
    ids.push(chunkOf(id, position, `${index}`, { terms: [], dimensions: 1 }).chunkId);
  }
  const memory = (await memoryMb()) - before;
  console.log(`before: ${memory} MB more for vectors and ids`);
  const found = new Map<number, [ChunkId[][], number[]]>();
  for (const k of depths) {
    const ofDepth: [ChunkId[][], number[]] = [[], []];
    const processor = watchProcessor();
    for (const query of queries) {
      const start = performance.now();
      const hits = blocks.flatMap((block, at) => {
        const count = Math.min(blockSize, chunkCount - at * blockSize);
        return searchExactly(block, count, query, k).map(({ index, score }) => ({
          index: at * blockSize + index,
          score,
        }));
      });
      hits.sort((left, right) => right.score - left.score);
      ofDepth[1].push(performance.now() - start);
      ofDepth[0].push(hits.slice(0, k).flatMap(({ index }) => ids[index] ?? []));
    }
    found.set(k, ofDepth);
    console.log(`before, k ${k}: ${spread(ofDepth[1])}, processor ${processor().toFixed(1)} ms a query`);
  }
  return found;
}

/** @returns the processor time of all threads since, in milliseconds a query. */
function watchProcessor(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000 / queryCount;
  };
}

function spread(times: readonly number[]): string {
  return `p50 ${percentile(times, 0.5).toFixed(1)} p95 ${percentile(times, 0.95).toFixed(1)} ms`;
}

/** Resident memory of the process, once what is let go of has had time to leave. */
async function memoryMb(): Promise<number> {
  globalThis.gc?.();
  await wait(500);
  return Math.round(process.memoryUsage.rss() / 1024 ** 2);
}
