import { setTimeout as wait } from 'node:timers/promises';
import { type GenerationRef, liveRef } from '@winnow/core';
import {
  chunkOf,
  corpusOf,
  documentIdOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { indexNames } from '../indexes/names.ts';
import { openTestStore, type TestStore } from '../test-support.ts';

const never = new AbortController().signal;
const run = runIdOf('run-1');
let opened: TestStore;
let ref: GenerationRef;
let count = 0;

beforeAll(async () => {
  opened = await openTestStore(elasticsearchUrl(), uniquePrefix());
});
beforeEach(async () => {
  const corpus = corpusOf(`compact-${++count}`);
  await opened.store.corpora.create(corpus);
  ref = liveRef(corpus);
  await opened.store.manifest.admit(ref, run);
});
afterAll(() => opened.dispose());

/** Each commit is made visible by itself, which makes a segment of it. */
async function commit(documents: number): Promise<number> {
  // Else the server puts such small ones together at once.
  const unmerged = { 'index.merge.policy.segments_per_tier': 100, 'index.merge.policy.floor_segment': '1b' };
  await request('PUT', '_settings', unmerged);
  const store = opened.openAt(opened.url, { refreshMs: 1 });
  const ids = Array.from({ length: documents }, (_, at) => documentIdOf(`document-${at}`));
  for (const id of ids) {
    await store.manifest.accept(ref, run, [newRevisionOf(id)]);
    await store.chunks.commit(ref, [revisionOf(id, 1, [chunkOf(id, 0, `text of ${id}`)])], never);
  }
  return documents;
}

async function request(method: string, path: string, body?: object) {
  const index = indexNames(opened.prefix).chunks(ref);
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  const answer = await fetch(`${opened.url}/${index}/${path}`, { method, ...sent });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return JSON.parse(await answer.text());
}

async function segments(): Promise<number> {
  return (await request('GET', '_stats/segments'))._all.primaries.segments.count;
}

test('many segments are put together, and hold what they held', async () => {
  const documents = await commit(20);
  expect(await segments()).toBeGreaterThanOrEqual(12);
  await opened.store.chunks.compact(ref);
  await expect.poll(segments, { timeout: 30_000, interval: 50 }).toBeLessThanOrEqual(5);
  const left = await opened.store.chunks.census(ref, { limit: 100 }, never);
  expect(left).toHaveLength(documents);
});

test('few are left as they are', async () => {
  await commit(4);
  const before = await segments();
  await opened.store.chunks.compact(ref);
  await wait(200);
  expect(await segments()).toBe(before);
});
