import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../infra/dev/redis.ts';
import { manyDocuments, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { start, winnow, winnowJson } from '../harness/processes.ts';
import { watchCorpus } from '../harness/watch-corpus.ts';

const documentCount = 60;

interface Run {
  readonly state: string;
  readonly documents: { readonly new: number; readonly failed: number };
  readonly chunks: { readonly embedded: number };
}

interface Undisturbed {
  /** Every chunk with its vector. */
  readonly exported: string;
  readonly embedded: number;
}

const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'));
const source = join(folder, 'source');
beforeAll(() => writeFiles(source, manyDocuments(documentCount)));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the documents come to where nothing happens: the same for all tests, found out by the first. */
let found: Promise<Undisturbed> | null = null;
function undisturbed(): Promise<Undisturbed> {
  found ??= ingestUndisturbed();
  return found;
}

async function ingestUndisturbed(): Promise<Undisturbed> {
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  await create(environment);
  const { chunks } = await winnowJson<Run>(['ingest', 'units'], environment);
  const exported = (await winnow(['export', 'units', '--vectors'], environment)).stdout;
  expect(exported.trimEnd().split('\n').length).toBeGreaterThanOrEqual(documentCount);
  return { exported, embedded: chunks.embedded };
}

async function create(environment: Readonly<Record<string, string>>): Promise<void> {
  await winnowJson(['corpus', 'create', 'units', '--source', source, '--language', 'en'], environment);
}

/** A corpus of them in full mode on a Redis of its own. */
async function scene() {
  const redis = await startRedis({});
  onTestFinished(() => redis.stop());
  const environment = {
    REDIS_URL: redis.url,
    ELASTICSEARCH_URL: elasticsearchUrl(),
    WINNOW_PREFIX: uniquePrefix(),
    WINNOW_JOB_LOCK_MS: '3000',
    WINNOW_RECONCILE_MS: '1000',
  };
  await create(environment);
  return { environment, redis };
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
    const { exported } = await undisturbed();
    const { environment } = await scene();
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
    expect((await winnow(['export', 'units', '--vectors'], environment)).stdout).toBe(exported);
  });

  test('ends with the same index when Redis is flushed in the middle of it', async () => {
    const { exported } = await undisturbed();
    const { environment, redis } = await scene();
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
    expect((await winnow(['export', 'units', '--vectors'], environment)).stdout).toBe(exported);
  });
});

describe('a run on the embedded index', () => {
  test('goes on where it was when its process is killed with kill -9, and ends with the same index', async () => {
    const { exported, embedded } = await undisturbed();
    const environment = { WINNOW_DATA_DIR: join(await temporaryFolder(), 'data') };
    await create(environment);
    const doomed = start('services/cli/src/main.ts', ['ingest', 'units', '--json'], environment);
    doomed.stdout?.resume();
    doomed.stderr?.resume();
    await midRun(environment);
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');

    const rest = await winnowJson<Run>(['ingest', 'units'], environment);
    expect(rest.state).toBe('completed');
    expect(rest.chunks.embedded).toBeLessThan(embedded);
    expect((await winnow(['export', 'units', '--vectors'], environment)).stdout).toBe(exported);
  });
});
