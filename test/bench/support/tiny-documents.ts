import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Corpus, liveRef, type SourceItem, type Store, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { createSource } from '@winnow/sources';
import { corpusOf, newRevisionOf, revisionOf, runIdOf, testSource } from '@winnow/testkit';

export const corpusName = 'tiny';

/** Documents accepted and committed at a time. */
const pageSize = 2_000;
/** A vector of one number is as small as they get. */
const dimensions = 1;

const runId = runIdOf('bench');
const { signal } = new AbortController();

/**
 * Makes a corpus of documents of some words, in SQLite in a data folder, straight through the store: a JSONL file that
 * lists them, their manifest and their chunks. No parser, splitter or model has a part in it.
 */
export async function makeCorpus(dataDir: string, count: number): Promise<void> {
  const path = join(dataDir, 'documents.jsonl');
  await pipeline(Readable.from(lines(count)), createWriteStream(path));
  const settings = { kind: 'jsonl', path } as const;
  const corpus: Corpus = {
    ...corpusOf(corpusName, dimensions),
    sources: [{ sourceId: testSource, prefix: '', settings }],
  };
  const store = await openEmbeddedStore({ path: join(dataDir, 'winnow.db'), log: silentLogger });
  try {
    await store.corpora.create(corpus);
    await store.manifest.admit(liveRef(corpus), runId);
    let page: SourceItem[] = [];
    for await (const event of createSource(settings).scan({ after: null, signal })) {
      if (event.kind !== 'uncovered') page.push(event);
      if (page.length < pageSize) continue;
      await keep(store, corpus, page);
      page = [];
    }
    await keep(store, corpus, page);
  } finally {
    await store.close();
  }
}

function* lines(count: number): Generator<string> {
  for (let at = 0; at < count; at += 1)
    yield `${JSON.stringify({ _id: `record-${at}`, text: `Record ${at}.` })}\n`;
}

/** Accepts documents and makes them live, with one chunk each. */
async function keep(store: Store, corpus: Corpus, items: readonly SourceItem[]): Promise<void> {
  const ref = liveRef(corpus);
  const documents = items.filter((item) => item.kind === 'document');
  await store.manifest.accept(
    ref,
    runId,
    documents.map(({ documentId, contentHash, bytes, location }) =>
      newRevisionOf(documentId, { contentHash, bytes, location }),
    ),
  );
  await store.chunks.commit(
    ref,
    documents.map(({ documentId, contentHash }) =>
      revisionOf(documentId, 1, [documentId], { title: '', contentHash, dimensions }),
    ),
    signal,
  );
}
