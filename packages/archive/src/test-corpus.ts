import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ContentChange,
  type Corpus,
  chunkIdOf,
  createContentPlace,
  type DocumentId,
  type DocumentRevision,
  embeddingKeyOf,
  type IndexedChunk,
  liveRef,
  type Metadata,
  noUsage,
  type RunId,
  type SourceId,
  type Store,
  sha256,
  silentLogger,
} from '@winnow/core';
import { createElasticsearchStore } from '@winnow/elasticsearch';
import { openEmbeddedStore } from '@winnow/embedded';
import {
  corpusOf,
  createWordTokenizer,
  elasticsearchUrl,
  newRevisionOf,
  sentencesOf,
  tokenVectorsOf,
  uniquePrefix,
  unitVectorOf,
} from '@winnow/testkit';
import { embeddingTextOf, searchTerms } from '@winnow/text';
import { afterEach } from 'vitest';
import type { RestorePorts } from './restore-archive.ts';

/** For tests only. */
export const dimensions = 16;
export const never = new AbortController().signal;
/** Terms and tokens of the corpora of these tests are made as a restore makes them. */
const testAnalysis = 'test';
const tokenizer = createWordTokenizer();
const making = `test.test.${testAnalysis}`;
const ingestRun = 'ingest-run' as RunId;

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-archive-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store of its own that goes away with the test. */
export async function openStore(kind: Store['kind']): Promise<Store> {
  return kind === 'embedded' ? await openEmbedded() : openElasticsearch();
}

async function openEmbedded(): Promise<Store> {
  const folder = await temporaryFolder();
  const store = await openEmbeddedStore({ path: join(folder, 'winnow.db'), log: silentLogger });
  undo.push(() => store.close());
  return store;
}

function openElasticsearch(): Store {
  const options = { prefix: uniquePrefix(), requestTimeoutMs: 60_000, log: silentLogger };
  const store = createElasticsearchStore({ ...options, url: elasticsearchUrl(), refreshMs: 5 });
  undo.push(async () => {
    for (const { name } of await store.corpora.list()) await store.corpora.delete(name);
    await store.close();
  });
  return store;
}

/** What a restore works with; the model is a counter of words, and nothing is there that could embed. */
export function restorePorts(store: Store, overrides: Partial<RestorePorts> = {}): RestorePorts {
  return {
    store,
    analysis: testAnalysis,
    lookAtModel: async () => ({ tokenizer, warning: null }),
    now: () => new Date(),
    log: silentLogger,
    ...overrides,
  };
}

export interface TestDocument {
  readonly id: string;
  readonly texts: readonly string[];
  readonly title?: string;
  readonly metadata?: Metadata;
}

/** Makes a corpus whose one run may write to it. */
export async function createCorpus(store: Store, name = 'library'): Promise<Corpus> {
  const corpus = corpusOf(name, dimensions);
  await store.corpora.create(corpus);
  await store.manifest.admit(liveRef(corpus), ingestRun);
  return corpus;
}

/** Accepts and commits the next version of each document. */
export async function publish(
  store: Store,
  corpus: Corpus,
  documents: readonly TestDocument[],
): Promise<void> {
  const revisions = await accept(store, corpus, documents);
  await store.chunks.commit(liveRef(corpus), revisions, never);
}

/** Accepts the next version of each document, and leaves it pending. */
async function accept(
  store: Store,
  corpus: Corpus,
  documents: readonly TestDocument[],
): Promise<readonly DocumentRevision[]> {
  const ref = liveRef(corpus);
  const ids = documents.map(({ id }) => id as DocumentId);
  const before = await store.manifest.get(ref, ids);
  const over = (id: string) => before.get(id as DocumentId)?.revision ?? 0;
  await store.manifest.accept(
    ref,
    ingestRun,
    documents.map((document) =>
      newRevisionOf(document.id, { over: over(document.id), contentHash: hashOf(document) }),
    ),
  );
  return documents.map((document) => revisionFrom(document, over(document.id) + 1));
}

/** Records that the newest version of a document failed. */
async function fail(store: Store, corpus: Corpus, id: string): Promise<number> {
  const ref = liveRef(corpus);
  const entry = (await store.manifest.get(ref, [id as DocumentId])).get(id as DocumentId);
  const over = entry?.revision ?? 0;
  const reason = { code: 'malformed', message: `${id} is no document` } as const;
  const contentHash = sha256(`bad ${id}`);
  await store.manifest.accept(ref, ingestRun, [newRevisionOf(id, { over, contentHash, reason })]);
  return over + 1;
}

function hashOf({ texts }: TestDocument) {
  return sha256(texts.join('\n'));
}

function revisionFrom(document: TestDocument, revision: number): DocumentRevision {
  const { id, texts, title = `Title of ${id}`, metadata = {} } = document;
  const documentId = id as DocumentId;
  let end = 0;
  const chunks = texts.map((text, position): IndexedChunk => {
    const start = end;
    end += text.length + 1;
    const headings = position % 2 === 0 ? [] : ['Part', String(position)];
    const embedded = embeddingTextOf(title, { headings, text });
    return {
      chunkId: chunkIdOf(documentId, position, text),
      position,
      start,
      end: start + text.length,
      headings,
      text,
      tokenCount: tokenizer.count(embedded),
      terms: searchTerms(embedded),
      modelTokens: [...new Set(tokenizer.tokens(embedded))],
      embeddingKey: embeddingKeyOf('test-model', embedded),
      vector: unitVectorOf(embedded, dimensions),
      // A vector may have been taken over from before there were any.
      ...(position % 3 < 2 && { tokenVectors: tokenVectorsOf(embedded) }),
    };
  });
  return {
    documentId,
    revision,
    title,
    metadata,
    contentHash: hashOf(document),
    making,
    chunks,
    usage: { ...noUsage, embedded: chunks.length, modelCalls: 1 },
  };
}

/** Documents that are searchable, with metadata of every kind. */
export const libraryDocuments: readonly TestDocument[] = [
  ...Array.from({ length: 12 }, (_, at) => ({
    id: `folder/document-${at}.md`,
    texts: sentencesOf(at, 1 + (at % 5)),
    metadata: { z: at, authors: ['b', 'a'], years: [2020, at], draft: at % 2 === 0, a: `名 ${at}` },
  })),
  { id: '水泵.txt', texts: ['水泵每个星期检查一次。', 'The pump 🙂 is checked every week.'] },
];

/** Documents in every state that one can be in, and golden queries. */
export async function createLibrary(store: Store): Promise<Corpus> {
  const corpus = await createCorpus(store);
  await publish(store, corpus, [
    ...libraryDocuments,
    { id: 'empty.txt', texts: [] },
    { id: 'changed.txt', texts: ['as it was first', 'and more of it'] },
    { id: 'broken-later.txt', texts: ['still to be found'] },
    { id: 'gone.txt', texts: ['not for long'] },
    { id: 'under-way.txt', texts: ['the older version'] },
  ]);
  await publish(store, corpus, [{ id: 'changed.txt', texts: ['as it is now'] }]);
  const ref = liveRef(corpus);
  await store.chunks.remove(ref, ingestRun, [{ documentId: 'gone.txt' as DocumentId, revision: 1 }], never);
  await fail(store, corpus, 'broken-later.txt');
  await fail(store, corpus, 'never-was.txt');
  const revision = await fail(store, corpus, 'not-wanted.txt');
  await store.manifest.dismiss(ref, [{ documentId: 'not-wanted.txt' as DocumentId, revision }]);
  await accept(store, corpus, [
    { id: 'under-way.txt', texts: ['the newer version'] },
    { id: 'first-time.txt', texts: ['not there yet'] },
  ]);
  return await withGolden(store, await withPushed(store, corpus));
}

/** Sources that documents are pushed to, one of them removed, with documents that are there, deleted and without a version. */
async function withPushed(store: Store, corpus: Corpus): Promise<Corpus> {
  const pushTo = (name: string) => ({
    sourceId: name as SourceId,
    prefix: `${name}:`,
    settings: { kind: 'push' as const, place: createContentPlace() },
  });
  const [pushed, former] = [pushTo('pushed'), pushTo('former')];
  await store.contents.put(pushed.settings.place, [
    pushOf('pushed:a', 'newest', 9),
    pushOf('pushed:b', 'not for long', 8),
    pushOf('pushed:b', null, 9),
    pushOf('pushed:c', 'without a version', null),
    pushOf('pushed:长 😀', 'zero', 0),
  ]);
  await store.contents.put(former.settings.place, [pushOf('former:a', 'of before', 2)]);
  return await store.corpora.update(corpus, (current) => ({
    ...current,
    sources: [...current.sources, pushed],
    removedSources: [{ ...former, removedAt: '2026-01-02T03:04:05.000Z' }],
  }));
}

export function pushOf(id: string, text: string | null, version: number | null): ContentChange {
  const content =
    text === null ? null : { content: Buffer.from(text), mediaType: 'text/plain', title: null, metadata: {} };
  return { documentId: id as DocumentId, content, version, idempotencyKey: null };
}

async function withGolden(store: Store, corpus: Corpus): Promise<Corpus> {
  const queries = ['q2', 'q1', '问'].map((queryId) => ({
    queryId,
    text: `what is ${queryId}?`,
    judgements: { 'folder/document-3.md': 2, '水泵.txt': 1, 'changed.txt': 0 } as Record<DocumentId, number>,
  }));
  await store.golden.add(corpus.corpusId, 'set-1', queries);
  return await store.corpora.update(corpus, (current) => ({
    ...current,
    golden: {
      setId: 'set-1',
      queries: 3,
      judgements: 9,
      digest: 'digest',
      setAt: '2026-01-02T03:04:05.000Z',
    },
  }));
}
