import { AppError, type ErrorPart, type WaitReason } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IngestPorts } from '../ports.ts';
import { pauseRun, resumeRun } from '../runs/pause-run.ts';
import { startRun } from '../runs/start-run.ts';
import { type LocalBench, openLocalBench } from '../testing/local-bench.ts';
import { holdRun } from './hold-run.ts';

let bench: LocalBench;
beforeEach(async () => {
  bench = await openLocalBench(24);
});
afterEach(() => bench.close());

/** Many looks in vain must not cost a document anything. */
const manyTimes = 40;

/** Ports of which one call fails as if a part of the outside were away, for a number of times. */
function troubled(part: ErrorPart, code: AppError['code'], times = manyTimes) {
  let left = times;
  const fail = () => {
    if (left-- > 0) throw new AppError(code, `the ${part} is away`, { part });
  };
  const wraps: Readonly<Record<ErrorPart, (ports: IngestPorts) => IngestPorts>> = {
    source: (ports) => ({
      ...ports,
      openSource: (settings) => {
        const source = ports.openSource(settings);
        return {
          ...source,
          async read(...values) {
            fail();
            return await source.read(...values);
          },
        };
      },
    }),
    index: (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        chunks: {
          ...ports.store.chunks,
          async commit(...values) {
            fail();
            return await ports.store.chunks.commit(...values);
          },
        },
      },
    }),
    model: (ports) => ({
      ...ports,
      async embedderOf(...values) {
        fail();
        return await ports.embedderOf(...values);
      },
    }),
    queue: (ports) => ({
      ...ports,
      blobs: {
        ...ports.blobs,
        async put(...values) {
          fail();
          await ports.blobs.put(...values);
        },
      },
    }),
  };
  return { wrap: wraps[part], isOver: () => left <= 0 };
}

describe('a run', () => {
  it.each<[ErrorPart, AppError['code'], WaitReason]>([
    ['source', 'unavailable', 'source_away'],
    ['index', 'unavailable', 'index_away'],
    ['index', 'failed_precondition', 'index_refuses'],
    ['index', 'resource_exhausted', 'index_busy'],
    ['model', 'unavailable', 'model_away'],
    ['model', 'failed_precondition', 'model_refuses'],
    ['queue', 'resource_exhausted', 'queue_full'],
  ])(
    'whose %s is away (%s) waits with the reason %s, and costs no document anything',
    async (part, code, reason) => {
      const { wrap } = troubled(part, code);
      const process = await bench.boot(wrap, { tuning: { firstPauseMs: 1 } });
      const { run } = await startRun(process.ports, bench.corpus.name);
      const waiting = await bench.untilRun(run.runId, (current) => (current.waiting?.looks ?? 0) >= 2);
      expect(waiting.waiting).toMatchObject({ reason, message: expect.stringContaining('is away') });
      // The pauses double: it need not be sat out to its end.
      await resumeRun(process.ports, run.runId);
      const isOver = troubledOver(process.ports, run.runId);
      await isOver;
      const report = await process.untilEnded(run.runId);
      expect(report).toMatchObject({ state: 'completed', documents: { new: 24, failed: 0 }, waiting: null });
      expect(report.waited.map((each) => each.reason)).toContain(reason);
      for (const id of bench.documents.keys())
        expect((await bench.entry(id))?.attempts).toBeLessThanOrEqual(2);
    },
  );

  it('counts jobs that meet the same trouble at once as one look, where no store takes a note of it either', async () => {
    const { ports } = await bench.boot();
    const { run } = await startRun(ports, bench.corpus.name);
    const startedAt = Date.now();
    let passedMs = 0;
    const away: IngestPorts = {
      ...ports,
      tuning: { ...ports.tuning, firstPauseMs: 2_000 },
      now: () => new Date(startedAt + passedMs),
      store: {
        ...ports.store,
        runs: {
          ...ports.store.runs,
          async update() {
            throw new AppError('unavailable', 'the store is away', { part: 'index' });
          },
        },
      },
    };
    const look = async () => {
      const trouble = { reason: 'index_away', message: 'it is away', retryAfterMs: null } as const;
      const { looks, nextLookAt } = await holdRun(away, run.runId, trouble);
      return { looks, pauseMs: Date.parse(nextLookAt ?? '') - startedAt };
    };
    for (let job = 0; job < 5; job += 1) expect(await look()).toEqual({ looks: 0, pauseMs: 2_000 });
    passedMs = 2_000;
    for (let job = 0; job < 5; job += 1) expect(await look()).toEqual({ looks: 1, pauseMs: 6_000 });
  });

  /** Looks again and again without waiting for the pauses. */
  async function troubledOver(ports: IngestPorts, runId: Parameters<typeof resumeRun>[1]): Promise<void> {
    for (;;) {
      const run = await bench.store.runs.get(runId);
      if (run === null || run.finishedAt !== null) return;
      if (run.waiting !== null) await resumeRun(ports, runId).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('ends where what it is asked for does not fit, which no waiting mends', async () => {
    const process = await bench.boot((ports) => ({
      ...ports,
      async embedderOf() {
        throw new AppError('failed_precondition', 'vectors of 384 dimensions do not fit');
      },
    }));
    const report = await process.ingest();
    expect(report).toMatchObject({ state: 'failed', run: { reason: expect.stringContaining('384') } });
    expect(report.progress.pending).toBe(24);
  });

  it('that is paused stops within a call of the model, stays so across processes, and goes on when resumed', async () => {
    const reached = Promise.withResolvers<void>();
    bench.onCall = async () => {
      reached.resolve();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    };
    const process = await bench.boot();
    const { run } = await startRun(process.ports, bench.corpus.name);
    await reached.promise;
    await pauseRun(process.ports, run.runId);
    await vi.waitFor(async () => expect(await process.ports.queue.unfinished()).toEqual([]), {
      timeout: 10_000,
    });
    const before = bench.embedded.length;
    bench.onCall = () => {};
    await process.kill();

    const second = await bench.boot();
    const joined = await startRun(second.ports, bench.corpus.name);
    expect(joined.run).toMatchObject({ runId: run.runId, waiting: { reason: 'paused' } });
    expect(await second.ports.queue.unfinished()).toEqual([]);
    expect(bench.embedded.length).toBe(before);
    await resumeRun(second.ports, run.runId);
    const report = await second.untilEnded(run.runId);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 24, failed: 0 } });
    expect(report.waited).toMatchObject([{ reason: 'paused' }]);
  });

  it('spends no more than its budget, waits, and goes on with a larger one', async () => {
    const process = await bench.boot();
    const budget = { usd: null, tokens: 300 };
    const { run } = await startRun(process.ports, bench.corpus.name, { budget });
    const waiting = await bench.untilRun(run.runId, (current) => current.waiting?.reason === 'budget');
    expect(waiting.counts.tokens).toBeLessThanOrEqual(300);
    expect(waiting.waiting?.message).toContain(`winnow resume ${run.runId} --max-tokens N`);
    await vi.waitFor(async () => expect(await process.ports.queue.unfinished()).toEqual([]));
    await resumeRun(process.ports, run.runId, { usd: null, tokens: null });
    const report = await process.untilEnded(run.runId);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 24, failed: 0 } });
  });
});
