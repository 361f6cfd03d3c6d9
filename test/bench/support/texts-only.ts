import { type Corpus, liveRef, type Store, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { chunkOf, corpusOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';

/** A document as it is compared. */
export interface PlainDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

interface TextsOnly {
  readonly store: Store;
  readonly corpus: Corpus;
}

const runId = runIdOf('bench');
const { signal } = new AbortController();
const documentsPerCommit = 200;

/** A corpus in memory whose documents have one chunk each and all the same vector: only words tell them apart. */
export async function textsOnly(name: string, documents: readonly PlainDocument[]): Promise<TextsOnly> {
  const store = await openEmbeddedStore({ path: ':memory:', log: silentLogger });
  const corpus = corpusOf(name, 1);
  const ref = liveRef(corpus);
  await store.corpora.create(corpus);
  await store.manifest.admit(ref, runId);
  for (let start = 0; start < documents.length; start += documentsPerCommit) {
    const some = documents.slice(start, start + documentsPerCommit);
    const accepted = some.map(({ id }) => newRevisionOf(id));
    await store.manifest.accept(ref, runId, accepted);
    const revisions = some.map(({ title, text }, at) => {
      const { documentId, contentHash } = accepted[at] ?? newRevisionOf('');
      const chunk = { ...chunkOf(documentId, 0, text, { dimensions: 1 }), vector: Float32Array.of(1) };
      return revisionOf(documentId, 1, [chunk], { title, contentHash });
    });
    await store.chunks.commit(ref, revisions, signal);
  }
  return { store, corpus };
}
