import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Corpus,
  type GenerationRef,
  liveRef,
  type ManifestEntry,
  type Parse,
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
  type HashingEmbedderOptions,
  type MapSourceTroubles,
  parseParagraphs,
  sentencesOf,
} from '@winnow/testkit';
import { expect, vi } from 'vitest';
import { ingestJobs } from '../catalog.ts';
import type { IngestPorts } from '../ports.ts';
import { bootIngestBench, type IngestBench } from '../testing/ingest-bench.ts';

/** A corpus over a map, an embedded store and a process that ingests, as tests of planning and repair need them. */
export interface TestCorpus {
  readonly store: Store;
  readonly corpus: Corpus;
  readonly ref: GenerationRef;
  readonly documents: DocumentMap;
  readonly bench: IngestBench;
  readonly ports: IngestPorts;
  entryOf(documentId: string): Promise<ManifestEntry | undefined>;
  close(): Promise<void>;
}

export interface TestCorpusOptions {
  readonly documents?: number;
  readonly troubles?: MapSourceTroubles;
  readonly embedder?: HashingEmbedderOptions;
  readonly parse?: Parse;
  readonly wrap?: (ports: IngestPorts) => IngestPorts;
}

const dimensions = 64;

/** Long enough for several chunks. */
export function testText(seed: number): string {
  return [sentencesOf(seed, 12), sentencesOf(seed + 1_000, 12)].map((list) => list.join(' ')).join('\n\n');
}

/** A text that cannot be parsed. */
export const malformed = 'malformed';

const parseUnlessMalformed: Parse = async (raw) =>
  new TextDecoder().decode(raw.content) === malformed
    ? { ok: false, reason: { code: 'malformed', message: 'it ends in the middle' } }
    : parseParagraphs(raw);

export async function openTestCorpus({
  documents: count = 12,
  troubles = {},
  embedder = {},
  parse = parseUnlessMalformed,
  wrap,
}: TestCorpusOptions = {}): Promise<TestCorpus> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-plan-'));
  const store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  const corpus = corpusOf('handbook', dimensions);
  await store.corpora.create(corpus);
  const documents: DocumentMap = new Map();
  for (let index = 0; index < count; index++) documents.set(`page-${index}`, testText(index));
  const bench = await bootIngestBench({
    store,
    corpus,
    source: createMapSource(documents, troubles),
    embedder: createHashingEmbedder({ dimensions, ...embedder }),
    parse,
    tokenizer: createWordTokenizer(),
    createJobs: () => createLocalJobs(ingestJobs),
    createBlobs: () => createMemoryBlobStore({ maxBytes: 64 * 1024 * 1024, log: silentLogger }),
    until: (condition) =>
      vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 5 }),
    ...(wrap === undefined ? {} : { wrap }),
  });
  const ref = liveRef(corpus);
  return {
    store,
    corpus,
    ref,
    documents,
    bench,
    ports: wrap === undefined ? bench.ports : wrap(bench.ports),
    async entryOf(documentId) {
      const id = documentIdOf(documentId);
      return (await store.manifest.get(ref, [id])).get(id);
    },
    async close() {
      await bench.kill();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
