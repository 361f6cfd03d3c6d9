import { AppError, liveRef } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelRun } from '../runs/cancel-run.ts';
import { startRun } from '../runs/start-run.ts';
import { type LocalBench, openLocalBench, textOf } from '../testing/local-bench.ts';

let bench: LocalBench;
beforeEach(async () => {
  bench = await openLocalBench(40);
});
afterEach(() => bench.close());

const pages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `page-${from + index}`);

describe('what a source does not list', () => {
  it('stays where the scan could not look', async () => {
    const process = await bench.boot();
    await process.ingest();
    // Twenty documents and more are below it.
    Object.assign(bench.troubles, { uncovered: new Set(['page-1', 'page-2']) });
    bench.documents.delete('page-3');
    const again = await bench.boot();
    const report = await again.ingest();
    expect(report).toMatchObject({ state: 'completed', documents: { deleted: 1, failed: 0 } });
    expect(report.run.plan.uncovered.map(({ prefix }) => prefix)).toEqual(['page-1', 'page-2']);
    expect(await bench.found()).toHaveLength(39);
  });

  it('stays where the source, asked for it, does not say that it is gone', async () => {
    const process = await bench.boot((ports) => ({
      ...ports,
      openSource: (settings) => {
        const source = ports.openSource(settings);
        return {
          ...source,
          isGone: async (id, ...others) => id !== 'page-5' && source.isGone(id, ...others),
        };
      },
    }));
    await process.ingest();
    for (const id of ['page-5', 'page-6']) bench.documents.delete(id);
    expect((await process.ingest()).documents.deleted).toBe(1);
    expect(await bench.found()).toContain('page-5');
    expect(await bench.found()).not.toContain('page-6');
  });

  it('stays where all of a place is gone at once, which the run says of it, and of no other', async () => {
    const process = await bench.boot();
    await process.ingest();
    Object.assign(bench.troubles, { lost: new Set(['page-1', 'page-2', 'page-9']) });
    for (const id of [...pages(10, 20), 'page-1', 'page-3']) bench.documents.delete(id);
    const report = await (await bench.boot()).ingest();
    expect(report).toMatchObject({ state: 'completed', documents: { deleted: 1, failed: 0 } });
    // All documents of one are there, and none was ever in the other.
    expect(report.run.plan.uncovered).toEqual([
      { sourceId: 'main', prefix: 'page-1', reason: 'nothing is left there' },
    ]);
    expect(await bench.found()).toHaveLength(39);
  });

  it('is withheld where it is more than the guard lets through, and everything else is done', async () => {
    const process = await bench.boot();
    await process.ingest();
    for (const id of pages(0, 30)) bench.documents.delete(id);
    bench.documents.set('page-35', textOf(135));
    const report = await process.ingest();
    expect(report).toMatchObject({ state: 'completed', documents: { changed: 1, deleted: 0 } });
    expect(report.run.withheld).toEqual({ count: 30, limit: 10 });
    expect(await bench.found()).toHaveLength(40);

    const tooFew = await process.ingest({ approvedDeletions: 29 });
    expect(tooFew.run.withheld).toEqual({ count: 30, limit: 29 });
    const approved = await process.ingest({ approvedDeletions: 30 });
    expect(approved).toMatchObject({ documents: { deleted: 30 }, run: { withheld: null } });
    expect(await bench.found()).toHaveLength(10);
  });

  it('goes where it never got in, however much of it there is', async () => {
    const bad = new Set(pages(10, 40));
    Object.assign(bench.troubles, {
      onRead: (id: string) => {
        if (bad.has(id)) throw new AppError('not_found', 'it was listed only');
      },
    });
    const process = await bench.boot();
    expect(await process.ingest()).toMatchObject({ documents: { new: 10, failed: 30 } });
    for (const id of bad) bench.documents.delete(id);
    const report = await process.ingest();
    expect(report).toMatchObject({ documents: { deleted: 30, stillFailed: 0 }, run: { withheld: null } });
    expect(await bench.found()).toHaveLength(10);
  });

  it('stays when the run is canceled while it deletes', async () => {
    const process = await bench.boot((ports) => ({
      ...ports,
      openSource: (settings) => {
        const source = ports.openSource(settings);
        return {
          ...source,
          async isGone(...values) {
            const [run] = await bench.store.runs.active();
            if (run?.plan.phase === 'remove') await cancelRun(process.ports, run.runId);
            return await source.isGone(...values);
          },
        };
      },
    }));
    await process.ingest();
    for (const id of pages(0, 5)) bench.documents.delete(id);
    expect((await process.ingest()).state).toBe('canceled');
    expect(await bench.found()).toHaveLength(40);
  });
});

describe('a plan', () => {
  it('comes to the same in slices of any size', async () => {
    const tuning = { sliceItems: 7 };
    const process = await bench.boot(undefined, { tuning });
    expect(await process.ingest()).toMatchObject({ documents: { new: 40, failed: 0 } });
    bench.documents.delete('page-1');
    bench.documents.set('page-2', textOf(102));
    bench.documents.set('page-40', textOf(40));
    const report = await process.ingest();
    expect(report.documents).toMatchObject({ new: 1, changed: 1, unchanged: 38, deleted: 1, failed: 0 });
    expect(report.run.plan.step).toBeGreaterThan(6);
  });

  it('begins anew where the ids of its first slices were lost, and counts nothing twice', async () => {
    const lost = Promise.withResolvers<void>();
    const process = await bench.boot(
      (ports) => ({
        ...ports,
        blobs: {
          ...ports.blobs,
          async get(key) {
            if (!key.startsWith('listed-') || !key.endsWith('-0') || isLost) return ports.blobs.get(key);
            isLost = true;
            lost.resolve();
            return null;
          },
        },
        // Every slice asks: nothing is in this process' memory.
        store: ports.store,
      }),
      { tuning: { sliceItems: 500 } },
    );
    let isLost = false;
    for (let index = 40; index < 1_200; index++) bench.documents.set(`page-${index}`, `Page ${index}.`);
    const { run } = await startRun(process.ports, bench.corpus.name);
    await bench.untilRun(run.runId, ({ plan }) => plan.step >= 1);
    await process.kill();
    const second = await bench.boot(undefined, { tuning: { sliceItems: 500 } });
    await startRun(second.ports, bench.corpus.name);
    const report = await second.untilEnded(run.runId);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 1_200, failed: 0 } });
    expect(report.run.changes).toMatchObject({ new: 1_200, unchanged: 0 });
  }, 120_000);

  it('of a run that was canceled changes nothing any more, however late it comes back', async () => {
    const process = await bench.boot();
    await process.ingest();
    const frozen = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    Object.assign(bench.troubles, {
      onScan: async (id: string) => {
        if (id !== 'page-20') return;
        reached.resolve();
        await frozen.promise;
      },
    });
    for (const id of bench.documents.keys()) bench.documents.set(id, textOf(Number(id.slice(5)) + 500));
    const slow = await bench.boot();
    const { run: late } = await startRun(slow.ports, bench.corpus.name);
    await reached.promise;
    await cancelRun(slow.ports, late.runId);

    Object.assign(bench.troubles, { onScan: undefined });
    const other = await bench.boot();
    const second = await startRun(other.ports, bench.corpus.name);
    await bench.store.manifest.admit(liveRef(bench.corpus), second.run.runId);
    frozen.resolve();
    const report = await other.untilEnded(second.run.runId);
    expect(report).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    for (const id of bench.documents.keys()) {
      expect(await bench.entry(id)).toMatchObject({ state: 'live', runId: second.run.runId });
    }
  });

  it('hands over what an earlier run left pending, at the place where it is by now', async () => {
    bench.onCall = () => {
      throw new AppError('canceled', 'the process is gone');
    };
    const first = await bench.boot();
    const { run } = await startRun(first.ports, bench.corpus.name);
    await bench.untilRun(run.runId, ({ state }) => state === 'running');
    await cancelRun(first.ports, run.runId);
    await first.kill();
    bench.onCall = () => {};
    const second = await bench.boot((ports) => ({
      ...ports,
      openSource: (settings) => {
        const source = ports.openSource(settings);
        return {
          ...source,
          async *scan(options) {
            for await (const event of source.scan(options)) {
              yield event.kind === 'document' ? { ...event, location: { moved: event.documentId } } : event;
            }
          },
          async read(documentId, location, signal) {
            if (location.moved !== documentId) throw new AppError('failed_precondition', 'another record');
            return await source.read(documentId, location, signal);
          },
        };
      },
    }));
    expect(await second.ingest()).toMatchObject({ documents: { new: 40, failed: 0 } });
  });

  it('of two that start at once one is made, whichever was first', async () => {
    const process = await bench.boot();
    const started = await Promise.all(
      Array.from({ length: 8 }, () => startRun(process.ports, bench.corpus.name)),
    );
    expect(new Set(started.map(({ run }) => run.runId)).size).toBe(1);
    expect(await bench.store.runs.active()).toHaveLength(1);
    await vi.waitFor(async () => expect(await bench.store.runs.active()).toEqual([]), { timeout: 30_000 });
  });
});
