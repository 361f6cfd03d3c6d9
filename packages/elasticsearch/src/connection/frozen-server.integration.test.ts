import { setTimeout as wait } from 'node:timers/promises';
import { type GenerationRef, liveRef, type Store } from '@winnow/core';
import {
  corpusOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  runOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestProxy, type TestProxy } from '../test-proxy.ts';
import { openTestStore, type TestStore } from '../test-support.ts';

const never = new AbortController().signal;
const run = runIdOf('run-1');
const corpus = corpusOf('frozen');
const late = { code: 'deadline_exceeded', part: 'index' };
let proxy: TestProxy;
let direct: TestStore;
let store: Store;
let ref: GenerationRef;

beforeAll(async () => {
  direct = await openTestStore(elasticsearchUrl(), uniquePrefix());
  proxy = await startTestProxy(direct.url);
  store = direct.openAt(proxy.url, { requestTimeoutMs: 400 });
  await direct.store.corpora.create(corpus);
  ref = liveRef(corpus);
  await direct.store.manifest.admit(ref, run);
  await direct.store.manifest.accept(ref, run, [newRevisionOf('a')]);
  await store.corpora.list();
});
afterAll(async () => {
  await store.close();
  await proxy.close();
  await direct.dispose();
});

const query = { terms: ['text'], vector: null, k: 10, filter: null, signal: never };
const calls: readonly [string, () => Promise<unknown>][] = [
  ['corpora.get', () => store.corpora.get(corpus.name)],
  ['corpora.list', () => store.corpora.list()],
  ['corpora.create', () => store.corpora.create(corpusOf('other'))],
  ['corpora.update', () => store.corpora.update(corpus, (before) => before)],
  ['runs.create', () => store.runs.create(runOf('run-9', corpus))],
  ['runs.active', () => store.runs.active()],
  ['manifest.admit', () => store.manifest.admit(ref, run)],
  ['manifest.accept', () => store.manifest.accept(ref, run, [newRevisionOf('b')])],
  ['manifest.list', () => store.manifest.list(ref, { limit: 10 })],
  ['manifest.tally', () => store.manifest.tally(ref)],
  ['chunks.commit', () => store.chunks.commit(ref, [revisionOf('a', 1, ['text'])], never)],
  ['chunks.recall', () => store.chunks.recall(ref, query)],
  ['chunks.ofDocument', () => store.chunks.ofDocument(ref, newRevisionOf('a').documentId)],
  ['chunks.census', () => store.chunks.census(ref, { limit: 10 }, never)],
  ['chunks.tokenFrequencies', () => store.chunks.tokenFrequencies(ref, ['text'])],
];

describe('a server that has frozen', () => {
  test.each(calls)('%s ends in deadline_exceeded', async (_, call) => {
    proxy.intercept = () => 'hang';
    await expect(call()).rejects.toMatchObject(late);
  });

  test('of many calls, one soon after another, none seems to have been canceled', async () => {
    proxy.intercept = () => 'hang';
    const later = async (ms: number, call: () => Promise<unknown>) => {
      await wait(ms);
      return await call();
    };
    const answers = await Promise.allSettled(calls.map(([, call], at) => later(30 * at, call)));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: late });
    }
  });

  test('in the middle of an answer ends in deadline_exceeded as well', async () => {
    proxy.intercept = () => 'stop-halfway';
    await expect(store.corpora.list()).rejects.toMatchObject(late);
  });

  test('does not keep from going on once it answers again', async () => {
    proxy.intercept = () => 'pass';
    expect(await store.corpora.get(corpus.name)).toEqual(corpus);
    expect(await store.chunks.commit(ref, [revisionOf('a', 1, ['text'])], never)).toMatchObject([
      { outcome: 'committed' },
    ]);
  });

  test('does not hold up who gives up before, and their reason stays', async () => {
    proxy.intercept = () => 'hang';
    const patient = direct.openAt(proxy.url);
    const { signal } = new AbortController();
    for (const [aborted, code] of [
      [AbortSignal.timeout(50), 'deadline_exceeded'],
      [AbortSignal.any([AbortSignal.abort(), signal]), 'canceled'],
    ] as const) {
      const answer = patient.chunks.recall(ref, { ...query, signal: aborted });
      await expect(answer).rejects.toMatchObject({ code });
    }
    proxy.intercept = () => 'pass';
    await patient.close();
  });

  test('does not hold up a close for long', async () => {
    proxy.intercept = ({ path }) => (path.includes('_refresh') ? 'hang' : 'pass');
    const closing = direct.openAt(proxy.url);
    await closing.manifest.admit(ref, run);
    await closing.chunks.remove(
      ref,
      run,
      [{ documentId: newRevisionOf('a').documentId, revision: 1 }],
      never,
    );
    const began = performance.now();
    await closing.close();
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
