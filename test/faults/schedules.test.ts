import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Engine } from '@winnow/engine';
import { elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../infra/dev/redis.ts';
import { manyDocuments, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { start, winnow, winnowJson } from '../harness/processes.ts';
import { watchEngine } from '../harness/watch-corpus.ts';

type Environment = Readonly<Record<string, string>>;

interface Run {
  readonly run: string;
  readonly state: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

async function runsOf(environment: Environment): Promise<readonly Run[]> {
  const { runs } = await winnowJson<{ runs: readonly Run[] }>(['runs', 'units'], environment);
  return runs.toReversed();
}

/** Waits for something to hold of all runs, oldest first. */
async function watchRuns(
  environment: Environment,
  what: string,
  holds: (runs: readonly Run[]) => boolean,
): Promise<readonly Run[]> {
  const ask = async (engine: Engine) => (await engine.runs.list('units', 100)).toReversed();
  return await watchEngine(environment, what, ask, holds);
}

async function corpusWith(cron: string, documents: number, environment: Environment): Promise<void> {
  const source = join(await temporaryFolder(), 'source');
  await writeFiles(source, manyDocuments(documents));
  await winnowJson(['corpus', 'create', 'units', '--source', source, '--language', 'en'], environment);
  await winnowJson(['schedule', 'set', 'units', '--cron', cron], environment);
}

function started(script: string, words: readonly string[], environment: Environment): ChildProcess {
  const child = start(script, words, environment);
  child.stderr?.resume();
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** One run a slot, one after the other, and each came to its end. */
function expectInOrder(runs: readonly Run[], everySeconds: number): void {
  const slots = runs.map(({ run }) => run.slice(0, 15));
  expect(new Set(slots).size).toBe(runs.length);
  for (const slot of slots) expect(Number(slot.slice(13)) % everySeconds).toBe(0);
  for (const [index, run] of runs.entries()) {
    expect(run).toMatchObject({ state: 'completed', finishedAt: expect.any(String) });
    const before = runs[index - 1]?.finishedAt ?? '';
    expect(run.startedAt >= before, `${run.run} began at ${run.startedAt}, before ${before}`).toBe(true);
  }
}

describe('slots', () => {
  test('have one run each, though the process that keeps time is killed again and again', async () => {
    const environment = {
      WINNOW_DATA_DIR: join(await temporaryFolder(), 'data'),
      WINNOW_RECONCILE_MS: '500',
    };
    await corpusWith('*/2 * * * * *', 40, environment);
    const serve = async () => {
      const child = started('services/cli/src/main.ts', ['serve', '--port', '0'], environment);
      if (child.stdout !== null) await once(child.stdout, 'data');
      return child;
    };
    for (const ms of [0, 300, 900, 1_600]) {
      const doomed = await serve();
      await wait(ms);
      await kill(doomed);
    }
    await serve();
    const before = (await runsOf(environment)).length;
    const runs = await watchRuns(
      environment,
      'two more slots are over',
      (all) => all.length >= before + 2 && all.at(-2)?.state === 'completed',
    );
    expectInOrder(runs.slice(0, -1), 2);
    const { schedules } = await winnowJson<{ schedules: readonly unknown[] }>(
      ['schedule', 'list'],
      environment,
    );
    expect(schedules).toHaveLength(1);
    expect(
      (await winnow(['export', 'units'], environment)).stdout.trimEnd().split('\n').length,
    ).toBeGreaterThanOrEqual(40);
  });

  test('go on in full mode when Redis is flushed, and when the worker that keeps time is killed', async () => {
    const redis = await startRedis({});
    onTestFinished(() => redis.stop());
    const environment = {
      REDIS_URL: redis.url,
      ELASTICSEARCH_URL: elasticsearchUrl(),
      WINNOW_PREFIX: uniquePrefix(),
      WINNOW_JOB_LOCK_MS: '2000',
      WINNOW_RECONCILE_MS: '1000',
    };
    await corpusWith('*/5 * * * * *', 20, environment);
    const worker = () => {
      const child = started('services/worker/src/main.ts', [], environment);
      child.stdout?.resume();
      return child;
    };
    const first = worker();
    const oneMore = async (what: string) => {
      const before = (await runsOf(environment)).filter(({ state }) => state === 'completed').length;
      await watchRuns(
        environment,
        what,
        (all) => all.filter(({ state }) => state === 'completed').length > before,
      );
    };
    await oneMore('the first slot is over');
    worker();
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    await oneMore('a slot after the flush is over');
    await kill(first);
    await oneMore('a slot after the kill is over');
    await oneMore('and the next one');
    const runs = await runsOf(environment);
    expectInOrder(runs.at(-1)?.state === 'completed' ? runs : runs.slice(0, -1), 5);
  });
});
