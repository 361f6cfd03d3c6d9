import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../infra/dev/redis.ts';
import { manyDocuments, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { start, winnow, winnowJson } from '../harness/processes.ts';
import { watchCorpus } from '../harness/watch-corpus.ts';

const documentCount = 120;

interface Run {
  readonly state: string;
  readonly documents: { readonly new: number; readonly failed: number };
}
/** A corpus in full mode on a Redis of its own, and the export of the same documents ingested undisturbed. */
async function scene() {
  const folder = await temporaryFolder();
  const source = join(folder, 'source');
  await writeFiles(source, manyDocuments(documentCount));
  const redis = await startRedis({});
  onTestFinished(() => redis.stop());
  const environment = {
    REDIS_URL: redis.url,
    ELASTICSEARCH_URL: elasticsearchUrl(),
    WINNOW_PREFIX: uniquePrefix(),
    WINNOW_JOB_LOCK_MS: '3000',
    WINNOW_RECONCILE_MS: '1000',
  };
  const undisturbed = { WINNOW_DATA_DIR: join(folder, 'data') };
  for (const where of [environment, undisturbed]) {
    await winnowJson(['corpus', 'create', 'units', '--source', source, '--language', 'en'], where);
  }
  await winnowJson(['ingest', 'units'], undisturbed);
  const expected = (await winnow(['export', 'units', '--vectors'], undisturbed)).stdout;
  expect(expected.trimEnd().split('\n').length).toBeGreaterThanOrEqual(documentCount);
  return { environment, redis, expected };
}

const startWorker = (environment: Readonly<Record<string, string>>): ChildProcess => {
  const worker = start('services/worker/src/main.ts', [], environment);
  worker.stdout?.resume();
  worker.stderr?.resume();
  return worker;
};

const midRun = (environment: Readonly<Record<string, string>>) =>
  watchCorpus(
    environment,
    'units',
    'the run is half done',
    ({ documents, pending }) => documents >= 3 && pending >= 3,
  );

describe('a run in full mode', () => {
  test('ends with the same index when its worker is killed with kill -9 in mid-job', async () => {
    const { environment, expected } = await scene();
    const doomed = startWorker(environment);
    const following = winnowJson<Run>(['ingest', 'units', '--no-work'], environment);
    await midRun(environment);
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
    startWorker(environment);
    expect(await following).toMatchObject({
      state: 'completed',
      documents: { new: documentCount, failed: 0 },
    });
    expect((await winnow(['export', 'units', '--vectors'], environment)).stdout).toBe(expected);
  });

  test('ends with the same index when Redis is flushed in the middle of it', async () => {
    const { environment, redis, expected } = await scene();
    startWorker(environment);
    const following = winnowJson<Run>(['ingest', 'units', '--no-work'], environment);
    await midRun(environment);
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    expect(await following).toMatchObject({
      state: 'completed',
      documents: { new: documentCount, failed: 0 },
    });
    expect((await winnow(['export', 'units', '--vectors'], environment)).stdout).toBe(expected);
  });
});

describe('a run on the embedded index', () => {
  test('goes on where it was when its process is killed with kill -9, and ends with the same index', async () => {
    const folder = await temporaryFolder();
    const source = join(folder, 'source');
    await writeFiles(source, manyDocuments(documentCount));
    const [disturbed, undisturbed] = ['one', 'two'].map((name) => ({ WINNOW_DATA_DIR: join(folder, name) }));
    if (disturbed === undefined || undisturbed === undefined) throw new Error('two folders');
    for (const where of [disturbed, undisturbed]) {
      await winnowJson(['corpus', 'create', 'units', '--source', source, '--language', 'en'], where);
    }
    const doomed = start('services/cli/src/main.ts', ['ingest', 'units', '--json'], disturbed);
    doomed.stdout?.resume();
    doomed.stderr?.resume();
    await midRun(disturbed);
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');

    const rest = await winnowJson<Run & { chunks: { embedded: number } }>(['ingest', 'units'], disturbed);
    const whole = await winnowJson<Run & { chunks: { embedded: number } }>(['ingest', 'units'], undisturbed);
    expect(rest.state).toBe('completed');
    expect(rest.chunks.embedded).toBeLessThan(whole.chunks.embedded);
    const [one, other] = await Promise.all(
      [disturbed, undisturbed].map((where) => winnow(['export', 'units', '--vectors'], where)),
    );
    expect(one?.stdout).toBe(other?.stdout);
  });
});
