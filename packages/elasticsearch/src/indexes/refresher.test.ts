import { AppError } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Connection } from '../connection/connection.ts';
import { createRefresher } from './refresher.ts';

const sparingMs = 1_000;
/** Sparing ones that begin at once. */
const atOnce = 4;

/** A server that notes when a refresh begins, and ends it when it is told to. */
function createServer() {
  const began: { index: string; at: number; end: (failed?: number) => void; fail: (error: Error) => void }[] =
    [];
  const refresh = ({ index }: { index: string }) =>
    new Promise((resolve, reject) => {
      const end = (failed = 0) => resolve({ _shards: { total: 2, successful: 2 - failed, failed } });
      began.push({ index, at: performance.now(), end, fail: reject });
    });
  const read: Connection['read'] = (request) => request({ indices: { refresh } } as never, {} as never);
  return { began, refresher: createRefresher({ read }, { sparingMs }) };
}

const passed = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('createRefresher', () => {
  test('never answers with a refresh that began before it was asked', async () => {
    const { began, refresher } = createServer();
    const first = refresher.refreshed('a');
    await passed(1);
    const late = [refresher.refreshed('a'), refresher.refreshed('a')];
    await passed(100);
    expect(began).toHaveLength(1);
    began[0]?.end();
    await first;
    await passed(1);
    expect(began).toHaveLength(2);
    const over = vi.fn();
    void Promise.all(late).then(over);
    await passed(100);
    expect(over).not.toHaveBeenCalled();
    began[1]?.end();
    await Promise.all(late);
    expect(began).toHaveLength(2);
  });

  test('keeps indexes apart, and goes on after a failure, which all who shared it hear of', async () => {
    const { began, refresher } = createServer();
    const failing = Promise.allSettled([refresher.refreshed('a'), refresher.refreshed('a')]);
    const other = refresher.refreshed('b');
    await passed(1);
    began.find(({ index }) => index === 'a')?.fail(new Error('away'));
    began.find(({ index }) => index === 'b')?.end();
    await other;
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = refresher.refreshed('a');
    await passed(1);
    began.at(-1)?.end();
    await again;
  });

  test('a refresh that did not reach every shard is none', async () => {
    const { began, refresher } = createServer();
    const failing = expect(refresher.refreshed('a')).rejects.toMatchObject({
      code: 'unavailable',
      part: 'index',
    });
    await passed(1);
    began[0]?.end(1);
    await failing;
  });

  test('sparing callers that come densely share one per interval, the first few are served at once', async () => {
    const { began, refresher } = createServer();
    const answers: Promise<void>[] = [];
    for (let at = 0; at < 10_000; at += 50) {
      answers.push(refresher.refreshed('a', { sparing: true }));
      await passed(50);
      for (const { end } of began) end();
    }
    await passed(sparingMs);
    for (const { end } of began) end();
    await Promise.all(answers);
    const ats = began.map(({ at }) => at - (began[0]?.at ?? 0));
    expect(ats.slice(0, atOnce)).toEqual(Array.from({ length: atOnce }, (_, index) => 50 * index));
    for (const [index, at] of ats.entries()) {
      if (index >= atOnce) expect(at - (ats[index - 1] ?? 0)).toBeGreaterThanOrEqual(sparingMs - 50 * atOnce);
    }
    expect(began.length).toBeLessThanOrEqual(atOnce + 11);
    await passed(sparingMs);
    const later = refresher.refreshed('a', { sparing: true });
    await passed(1);
    began.at(-1)?.end();
    await later;
  });

  test('many in a hurry hold up one that is sparing no longer than an interval', async () => {
    const { began, refresher } = createServer();
    for (let index = 0; index < 10 * atOnce; index += 1) {
      const hurried = refresher.refreshed('a');
      await passed(1);
      began.at(-1)?.end();
      await hurried;
    }
    const before = began.length;
    const sparing = refresher.refreshed('a', { sparing: true });
    await passed(sparingMs / 2);
    expect(began).toHaveLength(before);
    await passed(sparingMs / 2);
    expect(began).toHaveLength(before + 1);
    began.at(-1)?.end();
    await sparing;
  });

  test('one that is in a hurry takes those with it that are not', async () => {
    const { began, refresher } = createServer();
    for (let index = 0; index < atOnce; index += 1) {
      const first = refresher.refreshed('a', { sparing: true });
      await passed(1);
      began[index]?.end();
      await first;
    }
    const sparing = refresher.refreshed('a', { sparing: true });
    refresher.eventually('a');
    await passed(10);
    expect(began).toHaveLength(atOnce);
    const hurried = refresher.refreshed('a');
    await passed(1);
    began[atOnce]?.end();
    await Promise.all([sparing, hurried]);
    await passed(60_000);
    expect(began).toHaveLength(atOnce + 1);
  });

  test('what is owed comes by itself after some intervals, or with the next that is needed, or when what is owed is asked for', async () => {
    const { began, refresher } = createServer();
    refresher.eventually('a');
    await passed(2 * sparingMs);
    expect(began).toHaveLength(0);
    await passed(5 * sparingMs);
    expect(began).toHaveLength(1);
    began[0]?.end();

    refresher.eventually('a');
    const needed = refresher.refreshed('a', { sparing: true });
    await passed(1);
    began[1]?.end();
    await needed;
    await passed(60_000);
    expect(began).toHaveLength(2);

    refresher.eventually('a');
    refresher.eventually('b');
    const owed = refresher.refreshOwed();
    await passed(1);
    expect(began.slice(2).map(({ index }) => index)).toEqual(['a', 'b']);
    began[2]?.end();
    began[3]?.fail(new Error('away'));
    await owed;
  });

  test('an aborted signal ends the wait of its caller and of nobody else', async () => {
    const { began, refresher } = createServer();
    const aborting = new AbortController();
    const other = refresher.refreshed('a');
    const aborted = expect(refresher.refreshed('a', { signal: aborting.signal })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await passed(1);
    aborting.abort(new AppError('unavailable', 'closed'));
    await aborted;
    await expect(refresher.refreshed('a', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'canceled',
    });
    began[0]?.end();
    await other;
  });
});
