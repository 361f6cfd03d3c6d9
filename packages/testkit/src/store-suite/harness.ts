import {
  AppError,
  type DocumentRevision,
  type ErrorCode,
  type ExportedChunk,
  type GenerationRef,
  type ManifestEntry,
  type RecallQuery,
  type RecallResult,
  type Store,
} from '@winnow/core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { corpusOf, documentIdOf, generationOf, newRevisionOf, runIdOf, testDimensions } from '../builders.ts';

/** A store under test, over a place that nothing else uses. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens the same data again. Without it the tests about durability are skipped. */
  reopen?(): Promise<Store>;
  /** Puts one chunk in that no manifest entry owns, as a crash would leave it. Without it that test is skipped. */
  plantOrphan?(ref: GenerationRef): Promise<void>;
  /** Makes a further generation of an existing corpus ready, where the backend needs telling. */
  openGeneration?(ref: GenerationRef): Promise<void>;
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

export interface StoreSuiteOptions {
  /** Called once per group of tests; the tests of a group use corpora of their own. */
  open(): Promise<OpenedStore>;
}

/** What the tests of one group share. */
export interface Harness {
  readonly store: Store;
  readonly opened: OpenedStore;
  /** Makes a fresh corpus, gone after the test. */
  corpus(dimensions?: number): Promise<GenerationRef>;
  /** Accepts and commits the next revision of each document, and checks that it was committed. */
  publish(ref: GenerationRef, documents: readonly DocumentRevision[]): Promise<void>;
  entry(ref: GenerationRef, documentId: string): Promise<ManifestEntry | undefined>;
  recall(ref: GenerationRef, query: Partial<RecallQuery>): Promise<RecallResult>;
  exported(ref: GenerationRef, options?: { vectors: boolean }): Promise<readonly ExportedChunk[]>;
}

export const neverAborted = new AbortController().signal;
export const testRun = runIdOf('run-1');

let corpusCount = 0;

/** Registers the hooks of one group and gives its tests what they need. */
export function useStore(options: StoreSuiteOptions): Harness {
  let opened: OpenedStore | null = null;
  let store: Store | null = null;
  const refs: GenerationRef[] = [];
  const present = <Value>(value: Value | null): Value => {
    if (value === null) throw new Error('the store is not open: harness used outside a test');
    return value;
  };

  beforeAll(async () => {
    opened = await options.open();
    store = opened.store;
  });
  afterEach(async () => {
    for (const ref of refs.splice(0)) await present(store).corpora.delete(ref.corpus);
  });
  afterAll(async () => {
    await opened?.dispose();
  });

  const harness: Harness = {
    get store() {
      return present(store);
    },
    get opened() {
      const current = present(opened);
      const { reopen } = current;
      if (reopen === undefined) return current;
      return {
        ...current,
        async reopen() {
          store = await reopen();
          return store;
        },
      };
    },
    async corpus(dimensions = testDimensions) {
      const corpus = corpusOf(`suite-${++corpusCount}`, dimensions);
      await harness.store.corpora.create(corpus);
      const ref = generationOf(corpus.name);
      refs.push(ref);
      return ref;
    },
    async publish(ref, documents) {
      await harness.store.manifest.accept(
        ref,
        testRun,
        documents.map((document) =>
          newRevisionOf(document.documentId, { contentHash: document.contentHash }),
        ),
      );
      const entries = await harness.store.manifest.get(
        ref,
        documents.map((document) => document.documentId),
      );
      const results = await harness.store.chunks.commit(
        ref,
        documents.map((document) => ({
          ...document,
          revision: entries.get(document.documentId)?.revision ?? 0,
        })),
        neverAborted,
      );
      expect(results.filter((result) => result.outcome !== 'committed')).toEqual([]);
    },
    async entry(ref, documentId) {
      const id = documentIdOf(documentId);
      return (await harness.store.manifest.get(ref, [id])).get(id);
    },
    recall(ref, query) {
      return harness.store.chunks.recall(ref, {
        terms: null,
        vector: null,
        k: 10,
        filter: null,
        signal: neverAborted,
        ...query,
      });
    },
    async exported(ref, exportOptions = { vectors: false }) {
      const chunks: ExportedChunk[] = [];
      for await (const chunk of harness.store.chunks.export(ref, {
        ...exportOptions,
        signal: neverAborted,
      })) {
        chunks.push(chunk);
      }
      return chunks;
    },
  };
  return harness;
}

/** Checks that a call fails with an AppError of that code, and gives the error. */
export async function expectFailure(call: Promise<unknown>, code: ErrorCode): Promise<AppError> {
  const thrown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  const error = AppError.from(thrown);
  expect(error.code).toBe(code);
  return error;
}

/** Document ids of hits, in order. */
export function documentsOf(result: RecallResult, leg: 'bm25' | 'dense'): readonly (string | undefined)[] {
  return result[leg].map((hit) => result.chunks.get(hit.chunkId)?.documentId);
}

/** An export as text, vectors bit by bit: equal exactly where the contents are equal. */
export function serialize(chunks: readonly ExportedChunk[]): string {
  return chunks
    .map((chunk) =>
      JSON.stringify({
        ...chunk,
        metadata: Object.fromEntries(
          Object.entries(chunk.metadata).sort(([left], [right]) => (left < right ? -1 : 1)),
        ),
        vector: chunk.vector === null ? null : bitsOf(chunk.vector),
      }),
    )
    .join('\n');
}

/** A vector's bits as hexadecimal digits. */
export function bitsOf(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('hex');
}
