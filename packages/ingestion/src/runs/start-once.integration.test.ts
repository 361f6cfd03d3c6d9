import { AppError, type Run, type RunId } from '@winnow/core';
import { corpusOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IngestPorts } from '../ports.ts';
import { type LocalBench, openLocalBench } from '../testing/local-bench.ts';
import { startRun } from './start-run.ts';

const runId = '20261128T030000-0123456789abcdef' as RunId;

let bench: LocalBench;
beforeEach(async () => {
  bench = await openLocalBench();
});
afterEach(() => bench.close());

/** Ports of a process that dies before one of its calls, once. */
function dyingBefore(ports: IngestPorts, call: 'create' | 'claim' | 'enqueue'): IngestPorts {
  let isDead = false;
  const die = (here: typeof call) => {
    if (here !== call || isDead) return;
    isDead = true;
    throw new AppError('canceled', `killed before ${call}`);
  };
  const { store, queue } = ports;
  return {
    ...ports,
    store: {
      ...store,
      runs: {
        ...store.runs,
        async create(run) {
          die('create');
          await store.runs.create(run);
        },
      },
      corpora: {
        ...store.corpora,
        async update(...values) {
          die('claim');
          return await store.corpora.update(...values);
        },
      },
    },
    queue: {
      ...queue,
      async enqueue(jobs) {
        die('enqueue');
        await queue.enqueue(jobs);
      },
    },
  };
}

async function allRuns(): Promise<readonly Run[]> {
  return await bench.store.runs.list(bench.corpus.name, 10);
}

describe('a run with an id of its own', () => {
  it.each(['create', 'claim', 'enqueue'] as const)(
    'is one run that ends, though its starter was killed before %s',
    async (call) => {
      const { ports, untilEnded } = await bench.boot();
      await expect(startRun(dyingBefore(ports, call), bench.corpus.name, { runId })).rejects.toThrow(
        'killed',
      );
      await startRun(ports, bench.corpus.name, { runId });
      expect(await untilEnded(runId)).toMatchObject({ state: 'completed', documents: { new: 12 } });
      expect((await allRuns()).map((run) => run.runId)).toEqual([runId]);
    },
  );

  it('is one run, however many start it at once', async () => {
    const { ports, untilEnded } = await bench.boot();
    const started = await Promise.all(
      Array.from({ length: 8 }, () => startRun(ports, bench.corpus.name, { runId })),
    );
    expect(started.filter(({ joined }) => !joined)).toHaveLength(1);
    expect(await untilEnded(runId)).toMatchObject({ state: 'completed', documents: { new: 12 } });
    expect(await allRuns()).toHaveLength(1);
  });

  it('is given as it ended once it is over, and nothing is done again', async () => {
    const { ports, untilEnded } = await bench.boot();
    await startRun(ports, bench.corpus.name, { runId });
    await untilEnded(runId);
    bench.documents.set('page-99', 'A page that came later.');
    expect(await startRun(ports, bench.corpus.name, { runId })).toMatchObject({
      joined: true,
      run: { runId, state: 'completed' },
    });
    expect(await ports.queue.unfinished()).toEqual([]);
  });

  it('is not stood for by another run that is under way', async () => {
    bench.onCall = () => new Promise((resolve) => setTimeout(resolve, 500));
    const { ports, untilEnded } = await bench.boot();
    const other = await startRun(ports, bench.corpus.name);
    await expect(startRun(ports, bench.corpus.name, { runId })).rejects.toThrow(
      `run ${other.run.runId} (sync) of handbook is under way`,
    );
    await untilEnded(other.run.runId);
    expect(await bench.store.runs.get(runId)).toBeNull();
  });

  it('is refused where the id is that of another corpus', async () => {
    const { ports, untilEnded } = await bench.boot();
    await startRun(ports, bench.corpus.name, { runId });
    await untilEnded(runId);
    const other = corpusOf('other');
    await bench.store.corpora.create(other);
    await expect(startRun(ports, other.name, { runId })).rejects.toThrow('belongs to another corpus');
  });
});

it('a run that is made and has not claimed its generation yet is claimed by who is told of it', async () => {
  const { ports, untilEnded } = await bench.boot();
  const starting = startRun(dyingBefore(ports, 'claim'), bench.corpus.name);
  await expect(starting).rejects.toThrow('killed before claim');
  const [made] = await allRuns();
  const told = await startRun(ports, bench.corpus.name);
  expect(told).toMatchObject({ joined: true, run: { runId: made?.runId } });
  expect((await bench.store.corpora.get(bench.corpus.name))?.activeRuns).toEqual({ '1': told.run.runId });
  expect(await untilEnded(told.run.runId)).toMatchObject({ state: 'completed', documents: { new: 12 } });
});
