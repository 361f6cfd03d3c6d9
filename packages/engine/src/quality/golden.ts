import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import {
  AppError,
  type Corpus,
  type DocumentId,
  type GoldenQuery,
  type GoldenSet,
  liveRef,
  type Store,
} from '@winnow/core';
import { type BuiltGolden, buildGolden, loadGolden } from '@winnow/evaluation';
import { requireWholeCorpus } from '../require-corpus.ts';
import type { EngineGolden, GoldenChange, GoldenPlace, UnknownDocuments } from './engine-quality.ts';

export interface GoldenPorts {
  readonly store: Store;
  readonly now: () => Date;
}

/** Queries written in one go. */
const writtenAtOnce = 500;
/** Documents that are looked up in one go. */
const lookedUpAtOnce = 500;
const maxSamples = 10;

export function createEngineGolden(ports: GoldenPorts): EngineGolden {
  const { store } = ports;
  return {
    async set(name, place, signal) {
      const corpus = await requireWholeCorpus(store, name);
      return await replaceGolden(ports, corpus, await readGoldenFile(place, signal), signal);
    },
    async put(name, { queries, judgements }, signal) {
      const corpus = await requireWholeCorpus(store, name);
      return await replaceGolden(ports, corpus, buildGolden(queries, judgements), signal);
    },
    async show(name, signal) {
      const corpus = await requireWholeCorpus(store, name);
      if (corpus.golden === null) return null;
      return { ...corpus.golden, list: await readGolden(store, corpus, signal) };
    },
    async remove(name) {
      const corpus = await requireWholeCorpus(store, name);
      await store.corpora.update(corpus, (current) => ({ ...current, golden: null }));
      await keepCurrent(store, corpus);
      return corpus.golden !== null;
    },
  };
}

export async function readGoldenFile(
  { path, qrels }: GoldenPlace,
  signal: AbortSignal,
): Promise<BuiltGolden> {
  return await loadGolden(resolve(path), { signal, ...(qrels !== undefined && { qrels }) });
}

/**
 * The golden queries of a corpus, all of them; none where it has none.
 * @throws AppError `failed_precondition` where some are lost: figures of a part would not compare.
 */
export async function readGolden(
  { golden }: Pick<Store, 'golden'>,
  corpus: Corpus,
  signal: AbortSignal,
): Promise<readonly GoldenQuery[]> {
  if (corpus.golden === null) return [];
  const queries: GoldenQuery[] = [];
  for await (const query of golden.list(corpus.corpusId, corpus.golden.setId)) {
    signal.throwIfAborted();
    queries.push(query);
  }
  if (queries.length === corpus.golden.queries) return queries;
  throw new AppError(
    'failed_precondition',
    `${corpus.name} has ${queries.length} of its ${corpus.golden.queries} golden queries: set them again by winnow golden set ${corpus.name} PATH`,
  );
}

/** Written whole under an id of its own before the corpus names it; what it named before goes last. */
async function replaceGolden(
  { store, now }: GoldenPorts,
  corpus: Corpus,
  { queries, judgements, withoutRelevant, digest }: BuiltGolden,
  signal: AbortSignal,
): Promise<GoldenChange> {
  const unknown = await unknownDocuments(store, corpus, queries, signal);
  const setId = randomBytes(8).toString('hex');
  for (let at = 0; at < queries.length; at += writtenAtOnce) {
    signal.throwIfAborted();
    await store.golden.add(corpus.corpusId, setId, queries.slice(at, at + writtenAtOnce));
  }
  const golden: GoldenSet = {
    setId,
    queries: queries.length,
    judgements,
    digest,
    setAt: now().toISOString(),
  };
  await store.corpora.update(corpus, (current) => ({ ...current, golden }));
  await keepCurrent(store, corpus);
  return { ...golden, withoutRelevant, unknown };
}

/** Removes every set but the one that the corpus names by now, which another writer may have set. */
async function keepCurrent(store: Store, { name, corpusId }: Corpus): Promise<void> {
  const current = await store.corpora.get(name);
  if (current?.corpusId !== corpusId) return;
  await store.golden.keepOnly(corpusId, current.golden?.setId ?? null);
}

async function unknownDocuments(
  { manifest }: Pick<Store, 'manifest'>,
  corpus: Corpus,
  queries: readonly GoldenQuery[],
  signal: AbortSignal,
): Promise<UnknownDocuments> {
  const judged = [...new Set(queries.flatMap(({ judgements }) => Object.keys(judgements) as DocumentId[]))];
  const ref = liveRef(corpus);
  const samples: string[] = [];
  let count = 0;
  for (let at = 0; at < judged.length; at += lookedUpAtOnce) {
    signal.throwIfAborted();
    const page = judged.slice(at, at + lookedUpAtOnce);
    const entries = await manifest.get(ref, page);
    for (const documentId of page) {
      if ((entries.get(documentId)?.liveVersion ?? null) !== null) continue;
      count += 1;
      if (samples.length < maxSamples) samples.push(documentId);
    }
  }
  return { count, samples };
}
