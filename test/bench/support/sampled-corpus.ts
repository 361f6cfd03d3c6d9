import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  type Corpus,
  embeddingKeyOf,
  liveGeneration,
  liveRef,
  parseCorpusName,
  type Store,
  silentLogger,
  type TokenVectors,
} from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { openEngine } from '@winnow/engine';
import type { Config } from '@winnow/runtime';
import { chunkOf, documentIdOf, newRevisionOf, randomOf, revisionOf, runIdOf } from '@winnow/testkit';
import { embeddingTextOf, searchTerms, splitSentences } from '@winnow/text';
import { compressTokens } from '../../../packages/models/src/late-interaction/compressed-tokens.ts';
import { embeddedConfig } from './bench.ts';
import { openLocalEmbedder } from './local-embedder.ts';

/** Documents committed at a time. */
const pageSize = 1_000;
const chunkLength = 1_000;
const runId = runIdOf('bench');

/** Where a corpus is made. */
export interface CorpusPlace {
  readonly config: Config;
  openStore(): Store | Promise<Store>;
}

/** The embedded index of a data folder. */
export function embeddedPlace(dataDir: string): CorpusPlace {
  return {
    config: embeddedConfig(dataDir),
    openStore: () => openEmbeddedStore({ path: join(dataDir, 'winnow.db'), log: silentLogger }),
  };
}

/**
 * Makes a corpus of chunks of 1 KB, one a document, straight through the store: real sentences (SciFact's abstracts),
 * put together at random, the same ones each time. Their vectors are sums of a random one for each word, and their token
 * vectors those: they cost a search what real ones do and say little; the embedder is asked for those of queries alone. Every second
 * document has `half: true`.
 */
export async function makeSampledCorpus(
  place: CorpusPlace,
  dataFolder: string,
  count: number,
): Promise<void> {
  await createCorpus(place, dataFolder);
  const store = await place.openStore();
  try {
    const corpus = await store.corpora.get(parseCorpusName('bench'));
    if (corpus === null) throw new Error('the corpus was not made');
    await fill(store, corpus, dataFolder, count);
  } finally {
    await store.close();
  }
}

async function fill(store: Store, corpus: Corpus, dataFolder: string, count: number): Promise<void> {
  const { signal } = new AbortController();
  const ref = liveRef(corpus);
  const { dimensions, embedder: model } = liveGeneration(corpus);
  const embedder = await openLocalEmbedder(model, signal);
  const { fingerprint } = embedder;
  await embedder.close();
  const sentences = await sentencesOf(join(dataFolder, 'scifact/corpus.jsonl.gz'));
  const random = randomOf(1);
  await store.manifest.admit(ref, runId);
  for (let start = 0; start < count; start += pageSize) {
    const ids = Array.from({ length: Math.min(pageSize, count - start) }, (_, at) =>
      documentIdOf(`record-${start + at}`),
    );
    await store.manifest.accept(
      ref,
      runId,
      ids.map((id) => newRevisionOf(id)),
    );
    const revisions = ids.map((id, at) => {
      const text = sample(sentences, random);
      const terms = searchTerms(text);
      const modelTokens = text.toLowerCase().match(/\p{L}+|\p{N}/gu) ?? [];
      const chunk = {
        ...chunkOf(id, 0, text, { terms, modelTokens, dimensions }),
        vector: sumOf(vectorsOf(terms, dimensions)),
        tokenVectors: tokenVectorsOf(modelTokens, dimensions),
        embeddingKey: embeddingKeyOf(fingerprint, embeddingTextOf('', { headings: [], text })),
      };
      return revisionOf(id, 1, [chunk], { title: '', metadata: { half: (start + at) % 2 === 0 } });
    });
    await store.chunks.commit(ref, revisions, signal);
  }
}

/** The questions of SciFact. */
export async function sampleQueries(dataFolder: string): Promise<readonly string[]> {
  const lines = (await readFile(join(dataFolder, 'scifact/queries.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { readonly text: string }).text);
}

async function createCorpus({ config }: CorpusPlace, path: string): Promise<void> {
  const engine = await openEngine(config, {
    access: { kind: 'write', purpose: 'bench' },
    log: silentLogger,
  });
  const { signal } = new AbortController();
  await engine.corpora.create({ name: 'bench', sources: [{ path }], language: 'en' }, signal);
  await engine.close();
}

async function sentencesOf(path: string): Promise<readonly string[]> {
  const lines = (await promisify(gunzip)(await readFile(path))).toString('utf8');
  return lines
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const { text } = JSON.parse(line) as { readonly text: string };
      return splitSentences(text).map(({ start, end }) => text.slice(start, end).trim());
    });
}

function sample(sentences: readonly string[], random: () => number): string {
  let text = '';
  while (text.length < chunkLength) text += `${sentences[Math.floor(random() * sentences.length)]} `;
  return text.slice(0, chunkLength);
}

const wordVectors = new Map<string, Float32Array>();

function vectorsOf(words: readonly string[], dimensions: number): readonly Float32Array[] {
  return words.map((word) => {
    const known = wordVectors.get(word);
    if (known !== undefined) return known;
    const random = randomOf(wordVectors.size + 2);
    const vector = unit(Float32Array.from({ length: dimensions }, () => random() - 0.5));
    wordVectors.set(word, vector);
    return vector;
  });
}

function tokenVectorsOf(tokens: readonly string[], dimensions: number): TokenVectors {
  const vectors = new Float32Array(tokens.length * dimensions);
  for (const [at, vector] of vectorsOf(tokens, dimensions).entries()) vectors.set(vector, at * dimensions);
  return compressTokens({ tokens, vectors });
}

function sumOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (const [at, value] of vector.entries()) sum[at] = (sum[at] ?? 0) + value;
  }
  return unit(sum);
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
