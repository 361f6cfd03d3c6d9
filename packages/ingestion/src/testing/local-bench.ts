import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Corpus,
  type ExportedChunk,
  liveRef,
  type ManifestEntry,
  type Run,
  type RunId,
  type Store,
  silentLogger,
} from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { createLocalJobs, createMemoryBlobStore } from '@winnow/jobs';
import {
  corpusOf,
  createHashingEmbedder,
  createMapSource,
  createWordTokenizer,
  type DocumentMap,
  documentIdOf,
  type MapSourceTroubles,
  parseParagraphs,
  sentencesOf,
} from '@winnow/testkit';
import { expect, vi } from 'vitest';
import { ingestJobs } from '../catalog.ts';
import type { IngestPorts, IngestTuning } from '../ports.ts';
import { bootIngestBench, type IngestBench } from './ingest-bench.ts';

const dimensions = 64;

/** A corpus in a file of its own, over a map of documents, with an embedder that needs no model. */
export interface LocalBench {
  readonly store: Store;
  readonly corpus: Corpus;
  readonly documents: DocumentMap;
  readonly troubles: { -readonly [Name in keyof MapSourceTroubles]: MapSourceTroubles[Name] };
  /** Every text that was sent to the model. */
  readonly embedded: string[];
  /** Called before each call of the model; may wait or throw. */
  onCall: (texts: readonly string[]) => void | Promise<void>;
  boot(
    wrap?: (ports: IngestPorts) => IngestPorts,
    options?: { readonly tuning?: IngestTuning; readonly corpus?: Corpus },
  ): Promise<IngestBench>;
  indexed(): Promise<readonly ExportedChunk[]>;
  /** Ids of documents that can be found. */
  found(): Promise<readonly string[]>;
  entry(documentId: string): Promise<ManifestEntry | undefined>;
  untilRun(runId: RunId, condition: (run: Run) => boolean): Promise<Run>;
  close(): Promise<void>;
}

/** @param count pages `page-0` … to begin with. */
export async function openLocalBench(count = 12): Promise<LocalBench> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-ingest-'));
  const store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  const corpus = corpusOf('handbook', dimensions);
  await store.corpora.create(corpus);
  const documents: DocumentMap = new Map();
  for (let index = 0; index < count; index++) documents.set(`page-${index}`, textOf(index));
  const benches: IngestBench[] = [];
  const until = (condition: () => Promise<boolean>) =>
    vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 5 });

  const bench: LocalBench = {
    store,
    corpus,
    documents,
    troubles: {},
    embedded: [],
    onCall: () => {},
    async boot(wrap, options = {}) {
      const booted = await bootIngestBench({
        store,
        corpus: options.corpus ?? corpus,
        source: createMapSource(documents, bench.troubles),
        embedder: createHashingEmbedder({
          dimensions,
          async onCall(texts) {
            await bench.onCall(texts);
            bench.embedded.push(...texts);
          },
        }),
        parse: parseParagraphs,
        tokenizer: createWordTokenizer(),
        createJobs: () => createLocalJobs(ingestJobs),
        createBlobs: () => createMemoryBlobStore({ maxBytes: 64 * 1024 * 1024, log: silentLogger }),
        until,
        wrap: (ports) => {
          const tuned = { ...ports, tuning: { ...ports.tuning, ...options.tuning } };
          return wrap === undefined ? tuned : wrap(tuned);
        },
      });
      benches.push(booted);
      return booted;
    },
    async indexed() {
      const options = { vectors: true, signal: new AbortController().signal };
      return await Array.fromAsync(store.chunks.export(liveRef(corpus), options));
    },
    async found() {
      return [...new Set((await bench.indexed()).map(({ documentId }) => documentId))].sort();
    },
    async entry(documentId) {
      const id = documentIdOf(documentId);
      return (await store.manifest.get(liveRef(corpus), [id])).get(id);
    },
    async untilRun(runId, condition) {
      let found: Run | null = null;
      await until(async () => {
        found = await store.runs.get(runId);
        return found !== null && condition(found);
      });
      if (found === null) throw new Error(`run ${runId} is gone`);
      return found;
    },
    async close() {
      for (const booted of benches) await booted.kill();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
  return bench;
}

/** Long enough for several chunks. */
export function textOf(seed: number): string {
  return [sentencesOf(seed, 12), sentencesOf(seed + 1_000, 12)].map((list) => list.join(' ')).join('\n\n');
}
