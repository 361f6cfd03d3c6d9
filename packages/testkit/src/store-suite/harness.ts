import {
  AppError,
  type Corpus,
  type DocumentId,
  type DocumentRevision,
  type ErrorCode,
  type ExportedChunk,
  type ExportOptions,
  type GenerationRef,
  liveRef,
  type ManifestEntry,
  type NewRevision,
  type RecallQuery,
  type RecallResult,
  type RevisionRef,
  type RunId,
  type Store,
} from '@winnow/core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { corpusOf, documentIdOf, newRevisionOf, runIdOf, testDimensions } from '../builders.ts';

/**
 * A store under test, over a place that nothing else uses. What is optional does something behind the store's back
 * that its port has no words for; without it, the tests that need it are skipped.
 */
export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens the same data again. */
  reopen?(): Promise<Store>;
  /**
   * Does of `corpora.create` all but the last step, as a process that dies in it: the places of the generations are
   * there, the corpus is not kept.
   */
  breakOffCreate?(corpus: Corpus): Promise<void>;
  /**
   * Leaves chunks in the index of a document that the manifest does not know, as a crash or a lost manifest entry
   * would. They are whole: with text, terms and a sound vector.
   * @returns how many chunks, at least 1.
   */
  plantOrphan?(ref: GenerationRef, documentId: DocumentId): Promise<number>;
  /** Removes one live chunk from the index, with all that it consists of; the manifest stays as it is. */
  loseChunk?(ref: GenerationRef, documentId: DocumentId, position: number): Promise<void>;
  /**
   * Spoils the vector of one live chunk, and nothing else of it: it is missing, too short, or not of length 1,
   * whichever can happen to the backend.
   */
  breakVector?(ref: GenerationRef, documentId: DocumentId, position: number): Promise<void>;
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
  /** Makes a fresh corpus, gone after the test, and admits {@link testRun} to its manifest. */
  corpus(dimensions?: number): Promise<GenerationRef>;
  /** The corpus that a ref of {@link corpus} is of, as it was created. */
  recordOf(ref: GenerationRef): Corpus;
  /**
   * Accepts versions over whatever the manifest holds of the documents, as a run that is admitted for it, and
   * checks that all were written.
   */
  accept(ref: GenerationRef, revisions: readonly NewRevision[], runId?: RunId): Promise<void>;
  /** Removes documents at the revisions that the manifest holds of them, as a run that is admitted for it. */
  remove(ref: GenerationRef, documentIds: readonly string[], runId?: RunId): Promise<readonly RevisionRef[]>;
  /** Accepts and commits the next revision of each document, and checks that it was committed. */
  publish(ref: GenerationRef, documents: readonly DocumentRevision[], runId?: RunId): Promise<void>;
  entry(ref: GenerationRef, documentId: string): Promise<ManifestEntry | undefined>;
  recall(ref: GenerationRef, query: Partial<RecallQuery>): Promise<RecallResult>;
  exported(ref: GenerationRef, options?: Partial<ExportOptions>): Promise<readonly ExportedChunk[]>;
}

export const neverAborted = new AbortController().signal;
export const testRun = runIdOf('run-1');

let corpusCount = 0;

/** Registers the hooks of one group and gives its tests what they need. */
export function useStore(options: StoreSuiteOptions): Harness {
  let opened: OpenedStore | null = null;
  let store: Store | null = null;
  const corpora: Corpus[] = [];
  const present = <Value>(value: Value | null | undefined): Value => {
    if (value === null || value === undefined) throw new Error('the harness was used outside its test');
    return value;
  };

  beforeAll(async () => {
    opened = await options.open();
    store = opened.store;
  });
  afterEach(async () => {
    for (const { name } of corpora.splice(0)) await present(store).corpora.delete(name);
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
      corpora.push(corpus);
      const ref = liveRef(corpus);
      await harness.store.manifest.admit(ref, testRun);
      return ref;
    },
    recordOf(ref) {
      return present(corpora.find(({ name }) => name === ref.corpus));
    },
    async accept(ref, revisions, runId = testRun) {
      const { manifest } = harness.store;
      await manifest.admit(ref, runId);
      const known = await revisionsOf(
        harness.store,
        ref,
        revisions.map(({ documentId }) => documentId),
      );
      const over = (documentId: DocumentId) => known.get(documentId) ?? 0;
      const written = await manifest.accept(
        ref,
        runId,
        revisions.map((revision) => ({ ...revision, over: over(revision.documentId) })),
      );
      expect(written).toEqual(
        revisions.map(({ documentId }) => ({ documentId, revision: over(documentId) + 1 })),
      );
    },
    async remove(ref, documentIds, runId = testRun) {
      await harness.store.manifest.admit(ref, runId);
      const known = await revisionsOf(harness.store, ref, documentIds.map(documentIdOf));
      const documents = [...known].map(([documentId, revision]) => ({ documentId, revision }));
      return harness.store.chunks.remove(ref, runId, documents, neverAborted);
    },
    async publish(ref, documents, runId = testRun) {
      await harness.accept(
        ref,
        documents.map(({ documentId, contentHash }) => newRevisionOf(documentId, { contentHash })),
        runId,
      );
      const revisions = await revisionsOf(
        harness.store,
        ref,
        documents.map(({ documentId }) => documentId),
      );
      const results = await harness.store.chunks.commit(
        ref,
        documents.map((document) => ({ ...document, revision: revisions.get(document.documentId) ?? 0 })),
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
    async exported(ref, exportOptions = {}) {
      const chunks: ExportedChunk[] = [];
      for await (const chunk of harness.store.chunks.export(ref, {
        vectors: false,
        signal: neverAborted,
        ...exportOptions,
      })) {
        chunks.push(chunk);
      }
      return chunks;
    },
  };
  return harness;
}

async function revisionsOf(
  store: Store,
  ref: GenerationRef,
  documentIds: readonly DocumentId[],
): Promise<ReadonlyMap<DocumentId, number>> {
  const entries = await store.manifest.get(ref, documentIds);
  return new Map([...entries].map(([documentId, { revision }]) => [documentId, revision]));
}

/** Checks that a call fails with an AppError of that code, or one of those codes, and gives the error. */
export async function expectFailure(
  call: Promise<unknown>,
  ...codes: readonly ErrorCode[]
): Promise<AppError> {
  const thrown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  const error = AppError.from(thrown);
  expect(codes).toContain(error.code);
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
