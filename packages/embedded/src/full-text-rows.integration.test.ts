import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { liveRef, silentLogger } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { expect, test } from 'vitest';
import { openEmbeddedStore } from './embedded-store.ts';
import { tablesOf } from './generation-tables.ts';

test('documents of one commit are written to the full-text index at once, and not one by one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-full-text-'));
  const path = join(folder, 'index.sqlite');
  const store = await openEmbeddedStore({ path, log: silentLogger });
  const corpus = corpusOf('full-text');
  const ref = liveRef(corpus);
  await store.corpora.create(corpus);
  const revisions = Array.from({ length: 20 }, (_, at) => revisionOf(`${at}`, 1, [`word${at} of many`]));
  await store.manifest.accept(
    ref,
    runIdOf('run'),
    revisions.map(({ documentId }) => newRevisionOf(documentId)),
  );
  await store.chunks.commit(ref, revisions, new AbortController().signal);
  await store.close();

  const file = new DatabaseSync(path, { readOnly: true });
  const segments = file.prepare(`SELECT count(DISTINCT segid) AS count FROM ${tablesOf(1).terms}_idx`).get();
  file.close();
  await rm(folder, { recursive: true });
  expect(segments).toEqual({ count: 1 });
});
