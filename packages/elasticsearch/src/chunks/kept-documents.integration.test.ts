import { liveRef, silentLogger } from '@winnow/core';
import {
  corpusOf,
  documentIdOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  uniquePrefix,
} from '@winnow/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { createBulkWriter } from '../bulk/bulk-writer.ts';
import { createConnection } from '../connection/connection.ts';
import { indexNames } from '../indexes/names.ts';
import { createManifestTable } from '../manifest/manifest-table.ts';
import { openTestStore } from '../test-support.ts';
import { keptDocuments } from './kept-documents.ts';

it('a document that is replaced between a look at its entry and one at its chunks comes as it is then', async () => {
  const url = elasticsearchUrl();
  const { store, prefix, dispose } = await openTestStore(url, uniquePrefix());
  const connection = createConnection({ url, requestTimeoutMs: 60_000 });
  onTestFinished(async () => {
    await connection.close();
    await dispose();
  });
  const corpus = corpusOf('replaced');
  const ref = liveRef(corpus);
  const { signal } = new AbortController();
  const run = runIdOf('run');
  const publish = async (revision: number, texts: readonly string[]) => {
    await store.manifest.accept(ref, run, [newRevisionOf('a', { over: revision - 1 })]);
    await store.chunks.commit(ref, [revisionOf('a', revision, texts)], signal);
  };
  await store.corpora.create(corpus);
  await store.manifest.admit(ref, run);
  await publish(1, ['old one', 'old two']);

  const table = createManifestTable(connection, createBulkWriter({ connection, log: silentLogger }));
  let isReplaced = false;
  const read: typeof table.read = async (...given) => {
    const records = await table.read(...given);
    if (!isReplaced) {
      isReplaced = true;
      await publish(2, ['new']);
    }
    return records;
  };
  const ports = { connection, names: indexNames(prefix), table: { ...table, read } };
  const [found] = await keptDocuments(ports, ref, [documentIdOf('a')], signal);
  expect(found).toMatchObject({ isDamaged: false, entry: { liveRevision: 2 }, chunks: [{ text: 'new' }] });
});
