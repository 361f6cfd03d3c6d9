/**
 * What Elasticsearch costs to fill, and what its vector index finds.
 *
 *     node test/bench/elasticsearch-bulk.ts [--chunks 2000] [--rounds 5] [--vectors 12000] [--corpus FOLDER]
 *
 * Prints P6 (chunks/s of one client with base64 vectors ÷ with JSON numbers: fresh indexes, interleaved rounds,
 * medians; making the request bodies is part of it) and P7 (recall@10 of the index at its defaults, merged into
 * one segment so that its graph is searched, against exact search), for the quantisation below and from 384
 * dimensions. Starts a server of its own unless ELASTICSEARCH_URL is set.
 *
 * With a BEIR folder, P7 takes sentences of its documents and its queries, embedded by all-MiniLM-L6-v2 (384
 * dimensions); without one, random vectors in clusters, which are further from what users have.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import {
  type Corpus,
  type DocumentRevision,
  documentKeyOf,
  type GenerationRef,
  type IndexedChunk,
  liveRef,
  type Store,
  silentLogger,
} from '@winnow/core';

import {
  chunkOf,
  corpusOf,
  newRevisionOf,
  randomOf,
  revisionOf,
  runIdOf,
  sentencesOf,
} from '@winnow/testkit';
import { startElasticsearch } from '../../infra/dev/elasticsearch.ts';
import { type BulkOperation, createBulkWriter } from '../../packages/elasticsearch/src/bulk/bulk-writer.ts';
import { chunkWrites } from '../../packages/elasticsearch/src/chunks/chunk-record.ts';
import { createConnection } from '../../packages/elasticsearch/src/connection/connection.ts';
import { createElasticsearchStore } from '../../packages/elasticsearch/src/index.ts';
import { machine, median, printRatio, timed } from './support/bench.ts';
import { openLocalEmbedder } from './support/local-embedder.ts';

const { values } = parseArgs({
  options: {
    chunks: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    vectors: { type: 'string', default: '12000' },
    corpus: { type: 'string' },
  },
});
const chunkCount = Number(values.chunks);
const rounds = Number(values.rounds);
const vectorCount = Number(values.vectors);
const queryCount = 200;
const signal = AbortSignal.timeout(3_600_000);
const random = randomOf(1);
const prefix = `bench-${process.pid}`;

const given = process.env.ELASTICSEARCH_URL;
const server = given === undefined ? await startElasticsearch() : null;
const url = given ?? server?.url ?? '';
const store = createElasticsearchStore({ url, prefix, requestTimeoutMs: 120_000, log: silentLogger });
try {
  console.log(machine);
  await measureBulk();
  await measureRecall('int8_hnsw, random vectors in clusters', clusteredVectors(256));
  await measureRecall('bbq_hnsw, random vectors in clusters', clusteredVectors(384));
  if (values.corpus !== undefined) {
    await measureRecall('bbq_hnsw, embedded sentences', await embeddedVectors(values.corpus));
  }
} finally {
  for (const corpus of await store.corpora.list()) await store.corpora.delete(corpus.name);
  await store.close();
  await request('DELETE', `/${prefix}.corpora,${prefix}.runs`);
  await server?.stop();
}

async function measureBulk(): Promise<void> {
  const vectors = Array.from({ length: chunkCount }, () => randomUnit(384));
  const chunks = vectors.map((vector, position) =>
    chunkOf(revisionOf('d', 1, []).documentId, position, sentencesOf(position, 20).join(' '), { vector }),
  );
  const rates = { base64: [] as number[], numbers: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const form of ['base64', 'numbers'] as const) {
      const rate = await bulkRate(chunks, form);
      // The first round warms up both sides.
      if (round > 0) rates[form].push(rate);
    }
  }
  const [base64, numbers] = [median(rates.base64), median(rates.numbers)];
  console.log(
    `bulk, 384 dimensions: ${base64.toFixed(0)} chunks/s with base64, ${numbers.toFixed(0)} with numbers`,
  );
  printRatio('P6 base64 ÷ JSON numbers', base64 / numbers, '≥ 2');
}

/** Chunks a second into a fresh index. */
async function bulkRate(chunks: readonly IndexedChunk[], form: 'base64' | 'numbers'): Promise<number> {
  const { ref, corpus } = await freshCorpus(384);
  const connection = createConnection({ url, requestTimeoutMs: 120_000 });
  const bulk = createBulkWriter({ connection, log: silentLogger });
  const revision: DocumentRevision = { ...revisionOf('d', 1, []), chunks };
  const { value, seconds } = await timed(() =>
    bulk.write(chunksIndex(ref), form === 'base64' ? chunkWrites(revision, '1') : numberWrites(revision)),
  );
  if (value.some(({ kind }) => kind !== 'done')) throw new Error('a chunk was not written');
  await connection.close();
  await store.corpora.delete(corpus.name);
  return chunks.length / seconds;
}

/** The same writes with each vector as JSON numbers. */
function* numberWrites(revision: DocumentRevision): Generator<BulkOperation> {
  const none = new Float32Array();
  const chunks = revision.chunks.map((chunk) => ({ ...chunk, vector: none }));
  let at = 0;
  for (const { action, lines } of chunkWrites({ ...revision, chunks }, '1')) {
    const numbers = JSON.stringify([...(revision.chunks[at++]?.vector ?? none)]);
    yield { action, lines: lines.replace('"vector":""', () => `"vector":${numbers}`) };
  }
}

async function measureRecall(
  name: string,
  { vectors, queries }: { vectors: readonly Float32Array[]; queries: readonly Float32Array[] },
): Promise<void> {
  const { ref, corpus } = await freshCorpus(vectors[0]?.length ?? 0);
  await fill(store, ref, vectors);
  await request('POST', `/${chunksIndex(ref)}/_forcemerge?max_num_segments=1`);
  let found = 0;
  const latencies: number[] = [];
  for (const vector of queries) {
    const { value, seconds } = await timed(() =>
      store.chunks.recall(ref, { terms: null, vector, k: 100, filter: null, signal }),
    );
    latencies.push(seconds * 1_000);
    const documents = value.dense.slice(0, 10).map(({ chunkId }) => value.chunks.get(chunkId)?.documentId);
    const wanted = new Set(exactNearest(vectors, vector, 10));
    found += documents.filter((id) => wanted.has(Number(id))).length;
  }
  await store.corpora.delete(corpus.name);
  console.log(
    `${name}: ${vectors.length} × ${vectors[0]?.length}, ${median(latencies).toFixed(1)} ms a query`,
  );
  printRatio('P7 recall@10 against exact search', found / (10 * queries.length), '≥ 0.97');
}

async function freshCorpus(dimensions: number): Promise<{ corpus: Corpus; ref: GenerationRef }> {
  const corpus = corpusOf(`b${Math.floor(random() * 2 ** 32)}`, dimensions);
  await store.corpora.create(corpus);
  await store.manifest.admit(liveRef(corpus), runIdOf('bench'));
  return { corpus, ref: liveRef(corpus) };
}

/** One document of one chunk per vector, named by its place. */
async function fill(into: Store, ref: GenerationRef, vectors: readonly Float32Array[]): Promise<void> {
  for (let at = 0; at < vectors.length; at += 1_000) {
    const revisions = vectors.slice(at, at + 1_000).map((vector, offset) => {
      const bare = revisionOf(String(at + offset), 1, []);
      return { ...bare, chunks: [chunkOf(bare.documentId, 0, documentKeyOf(bare.documentId), { vector })] };
    });
    const accepted = revisions.map(({ documentId, contentHash }) =>
      newRevisionOf(documentId, { contentHash }),
    );
    await into.manifest.accept(ref, runIdOf('bench'), accepted);
    await into.chunks.commit(ref, revisions, signal);
  }
}

function exactNearest(vectors: readonly Float32Array[], query: Float32Array, k: number): number[] {
  const scores = vectors.map((vector) =>
    vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0),
  );
  return scores
    .map((score, index) => ({ score, index }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, k)
    .map(({ index }) => index);
}

/** Points around 200 centres, as far from theirs as from each other. */
function clusteredVectors(dimensions: number): { vectors: Float32Array[]; queries: Float32Array[] } {
  const centres = Array.from({ length: 200 }, () => randomUnit(dimensions));
  const draw = (): Float32Array => {
    const centre = centres[Math.floor(random() * centres.length)] ?? randomUnit(dimensions);
    const noise = randomUnit(dimensions);
    return unit(centre.map((value, at) => value + 0.8 * (noise[at] ?? 0)));
  };
  return {
    vectors: Array.from({ length: vectorCount }, draw),
    queries: Array.from({ length: queryCount }, draw),
  };
}

async function embeddedVectors(
  folder: string,
): Promise<{ vectors: Float32Array[]; queries: Float32Array[] }> {
  const embedder = await openLocalEmbedder('all-MiniLM-L6-v2', signal);
  const sentences = (await textsOf(folder, 'corpus')).flatMap((text) => text.split(/(?<=[.!?。！？])\s*/u));
  const distinct = [...new Set(sentences)].filter((text) => text.length > 20).slice(0, vectorCount);
  const embed = async (texts: readonly string[], purpose: 'document' | 'query'): Promise<Float32Array[]> => {
    const vectors: Float32Array[] = [];
    const order = texts.toSorted((a, b) => a.length - b.length);
    for (let at = 0; at < order.length; at += embedder.maxTextsPerCall) {
      const page = order.slice(at, at + embedder.maxTextsPerCall);
      vectors.push(...(await embedder.embed(page, { purpose, signal })).vectors);
    }
    return vectors;
  };
  const vectors = await embed(distinct, 'document');
  const queries = await embed((await textsOf(folder, 'queries')).slice(0, queryCount), 'query');
  await embedder.close();
  return { vectors, queries };
}

async function textsOf(folder: string, name: string): Promise<string[]> {
  const path = join(folder, `${name}.jsonl`);
  const plain = await readFile(path).catch(async () => gunzipSync(await readFile(`${path}.gz`)));
  const lines = plain
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { text: string }).text);
}

function chunksIndex(ref: GenerationRef): string {
  return `${prefix}.${ref.corpus}.g${ref.generation}.chunks`;
}

async function request(method: string, path: string): Promise<void> {
  const answer = await fetch(new URL(path, url), { method });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

function randomUnit(dimensions: number): Float32Array {
  return unit(Float32Array.from({ length: dimensions }, () => gaussian()));
}

/** Box and Muller, 1958. */
function gaussian(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
