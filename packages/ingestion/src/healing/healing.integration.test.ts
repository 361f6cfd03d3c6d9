import { AppError, liveRef, type RunId } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startRun } from '../runs/start-run.ts';
import { type LocalBench, openLocalBench } from '../testing/local-bench.ts';
import { reconcile } from './reconcile.ts';
import { createReconciler } from './reconciler.ts';
import { sweep } from './sweep.ts';

const { signal } = new AbortController();

let bench: LocalBench;
beforeEach(async () => {
  bench = await openLocalBench();
});
afterEach(() => bench.close());

describe('reconcile', () => {
  it('heals every run, though one of them cannot be looked at', async () => {
    const first = await bench.boot();
    const { run } = await startRun(first.ports, bench.corpus.name);
    await first.kill();
    const broken = corpusOf('broken');
    await bench.store.corpora.create(broken);
    const stuck = runOf('20200101T000000-00000000', broken, { state: 'running', chains: [-1, -1, -1, -1] });
    await bench.store.runs.create(stuck);
    const second = await bench.boot((ports) => ({
      ...ports,
      store: {
        ...ports.store,
        manifest: {
          ...ports.store.manifest,
          async tally(ref, runId?: RunId) {
            if (ref.corpus === broken.name) throw new AppError('internal', 'its manifest is damaged');
            return await ports.store.manifest.tally(ref, runId);
          },
        },
      },
    }));
    const look = await reconcile(second.ports, new Set());
    const { putBack } = await reconcile(second.ports, look.suspects);
    expect(putBack).toMatchObject([{ name: 'run.plan', payload: { runId: run.runId } }]);
    expect(await second.untilEnded(run.runId)).toMatchObject({ state: 'completed' });
  });

  it('asks the queue once, however many runs are active', async () => {
    let asked = 0;
    const process = await bench.boot((ports) => ({
      ...ports,
      queue: {
        ...ports.queue,
        async unfinished() {
          asked += 1;
          return await ports.queue.unfinished();
        },
      },
    }));
    for (let index = 0; index < 20; index++) {
      const other = corpusOf(`other-${index}`);
      await bench.store.corpora.create(other);
      await bench.store.runs.create(runOf(`run-${index}`, other));
    }
    // Not through the bench, whose ports are those of a plain process.
    await reconcile({ ...process.ports, queue: countedQueue() }, new Set());
    expect(asked).toBe(1);

    function countedQueue() {
      return {
        ...process.ports.queue,
        async unfinished() {
          asked += 1;
          return await process.ports.queue.unfinished();
        },
      };
    }
  });
});

describe('createReconciler', () => {
  it('removes what a create left that was broken off a day ago, and says so', async () => {
    const { ports } = await bench.boot();
    const asked: number[] = [];
    const said: unknown[] = [];
    const corpora = {
      ...ports.store.corpora,
      removeLeftovers: async ({ olderThanMs }: { readonly olderThanMs: number }) => {
        asked.push(olderThanMs);
        return [liveRef(bench.corpus).physicalName];
      },
    };
    const log = { ...ports.log, warn: (event: object) => said.push(event) };
    const reconciler = createReconciler(
      { ...ports, log, store: { ...ports.store, corpora } },
      { everyMs: 60_000 },
    );
    reconciler.start();
    await vi.waitFor(() => expect(said).toHaveLength(1));
    await reconciler.stop();
    expect(said).toEqual([{ event: 'leftover-removed', physicalName: liveRef(bench.corpus).physicalName }]);
    expect(asked).toEqual([24 * 3_600_000]);
  });
});

describe('sweep', () => {
  it('leaves what is live and what may yet be, on a store without leftovers', async () => {
    const ref = liveRef(bench.corpus);
    const process = await bench.boot();
    await process.ingest();
    const before = await bench.indexed();
    await bench.store.manifest.accept(ref, (await entryRun()) as RunId, [
      newRevisionOf('page-1', { over: 1 }),
    ]);
    expect(await sweep(bench.store, ref, signal)).toBe(0);
    expect(await bench.indexed()).toEqual(before);
    await bench.store.chunks.commit(ref, [revisionOf('page-1', 2, [])], signal);
    expect(await sweep(bench.store, ref, signal)).toBe(0);
  });

  async function entryRun(): Promise<string | undefined> {
    return (await bench.entry('page-1'))?.runId;
  }
});
