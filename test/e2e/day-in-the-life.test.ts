import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manyDocuments, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { lastJson, start, winnow, winnowJson } from '../harness/processes.ts';
import type { Examined, Ingested, Plan } from '../harness/reports.ts';
import { watchCorpus, watchEngine } from '../harness/watch-corpus.ts';

type Environment = Readonly<Record<string, string>>;

interface Reindexed extends Ingested {
  readonly generation: number;
}

interface Generations {
  readonly generations: readonly {
    readonly generation: number;
    readonly state: string;
    readonly embedder: string;
    readonly documents: number;
    readonly chunks: number;
    readonly pending: number;
    readonly report: { readonly passed: boolean } | null;
  }[];
  readonly live: number;
}

interface Found {
  readonly hits: readonly { readonly documentId: string; readonly text: string }[];
}

const corpus = 'units';
const count = 80;
const query = 'how is a turbine drained safely';
const timeoutMs = 600_000;
/** What a killed worker was at is taken up soon. */
const quick = { WINNOW_JOB_LOCK_MS: '3000', WINNOW_RECONCILE_MS: '1000' };

describe('a day in the life of a corpus', () => {
  test.each([
    ['on a data folder, restored into servers', 'embedded'],
    ['on servers, restored into a data folder', 'full'],
  ] as const)('%s', { timeout: timeoutMs }, async (_, mode) => {
    const folder = await temporaryFolder();
    const source = join(folder, 'units');
    const dataFolder = { WINNOW_DATA_DIR: join(folder, 'data') };
    const servers = { ...fullMode(), ...quick };
    const [here, there]: readonly [Environment, Environment] =
      mode === 'embedded' ? [dataFolder, servers] : [servers, dataFolder];
    const documents = manyDocuments(count);
    await writeFiles(source, documents);
    await winnowJson(['corpus', 'create', corpus, '--source', source, '--language', 'en'], here);

    // A plan, and an ingest that is killed and goes on.
    const plan = await winnowJson<Plan>(['plan', corpus], here);
    expect(plan).toMatchObject({ documents: { new: count }, cost: { usd: 0 }, covered: true });
    await killed(['ingest', corpus], here, () =>
      watchCorpus(here, corpus, 'some documents are indexed', ({ documents: done }) => done > 0),
    );
    const resumed = await winnowJson<Ingested>(['ingest', corpus], here);
    expect(resumed).toMatchObject({ state: 'completed', documents: { failed: 0, stillFailed: 0 } });
    await expectDocuments(here, count);

    // One in a hundred changes; a plan, and an ingest at its time.
    const [first = '', second = ''] = Object.keys(documents);
    await writeFiles(source, {
      [first]: '# Anew\n\nThis page was written anew.\n',
      'added.md': '# Added\n\nOne more.\n',
    });
    await rm(join(source, second));
    expect(await winnowJson<Plan>(['plan', corpus], here)).toMatchObject({
      documents: { new: 1, changed: 1, deleted: 1, unchanged: count - 2 },
    });
    await scheduled(here);
    await expectDocuments(here, count);
    expect(await winnowJson<Plan>(['plan', corpus], here)).toMatchObject({
      documents: { new: 0, changed: 0, deleted: 0, unchanged: count },
      chunks: { toEmbed: 0 },
    });

    // Another model, beside the live one: killed, and gone on with.
    const embedder = 'bge-small-en-v1.5';
    const build = await winnowJson<Plan>(['plan', corpus, '--embedder', embedder], here);
    expect(build).toMatchObject({ documents: { new: count }, chunks: { reusable: expect.any(Number) } });
    const before = await search(here);
    await killed(['reindex', corpus, '--embedder', embedder], here, () =>
      watchEngine(
        here,
        'some documents are in the new generation',
        (engine) => engine.generations.list(corpus),
        ({ generations }) =>
          generations.some(({ generation, documents: done }) => generation === 2 && done > 0),
      ),
    );
    expect(await search(here)).toEqual(before);
    const rebuilt = await winnowJson<Reindexed>(['reindex', corpus], here);
    expect(rebuilt).toMatchObject({ state: 'completed', generation: 2, documents: { failed: 0 } });
    expect(await search(here)).toEqual(before);

    // Verified, switched, back and forth.
    expect((await winnow(['promote', corpus], here)).stderr).toContain('not verified');
    const verified = await winnow(['verify', corpus, '--json'], here);
    expect(lastJson(verified)).toMatchObject({ generation: 2, passed: true });
    expect(verified.code).toBe(0);
    expect(await winnowJson(['promote', corpus], here)).toMatchObject({ live: 2, before: 1 });
    const after = await search(here);
    expect(await winnowJson(['rollback', corpus], here)).toMatchObject({ live: 1, before: 2 });
    expect(await search(here)).toEqual(before);
    expect(await winnowJson(['promote', corpus], here)).toMatchObject({ live: 2, before: 1 });
    expect(await search(here)).toEqual(after);
    const listed = await winnowJson<Generations>(['generations', corpus], here);
    expect(listed).toMatchObject({
      live: 2,
      generations: [{ state: 'retired' }, { state: 'live', embedder, documents: count, pending: 0 }],
    });
    expect((await winnowJson<Examined>(['doctor', corpus], here)).findings).toEqual([]);

    // Carried to the other kind of store, for nothing.
    const archive = join(folder, 'units.winnow');
    await winnowJson(['archive', corpus, archive], here);
    expect(await winnowJson(['restore', archive], there)).toMatchObject({
      run: { state: 'completed', modelCalls: 0, documents: { new: count } },
      warnings: [],
    });
    expect(await search(there)).toEqual(after);
    expect((await winnowJson<Examined>(['doctor', corpus], there)).findings).toEqual([]);
    expect(await winnowJson<Plan>(['plan', corpus], there)).toMatchObject({
      documents: { unchanged: count },
      chunks: { toEmbed: 0 },
    });
  });
});

async function expectDocuments(environment: Environment, documents: number): Promise<void> {
  expect(await winnowJson(['corpus', 'show', corpus], environment)).toMatchObject({ documents, pending: 0 });
}

async function search(environment: Environment): Promise<readonly string[]> {
  // Late interaction has a time limit of its own, which a busy machine may reach.
  const words = ['search', corpus, query, '--mode', 'hybrid', '--rerank', 'none', '-k', '5'];
  const { hits } = await winnowJson<Found>(words, environment);
  return hits.map(({ documentId, text }) => `${documentId}: ${text}`);
}

/** Has a command killed in the middle of its work. */
async function killed(
  words: readonly string[],
  environment: Environment,
  untilHalfDone: () => Promise<unknown>,
): Promise<void> {
  const child = start('services/cli/src/main.ts', [...words, '--json'], environment);
  child.stdout?.resume();
  child.stderr?.resume();
  const ended = once(child, 'exit');
  await untilHalfDone();
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await ended;
}

/** Has the corpus brought up to date by its schedule, in a process that keeps the time. */
async function scheduled(environment: Environment): Promise<void> {
  await winnowJson(
    ['schedule', 'set', corpus, '--cron', '*/2 * * * * *', '--tz', 'Asia/Shanghai'],
    environment,
  );
  const serving = start('services/cli/src/main.ts', ['serve', '--port', '0'], environment);
  serving.stdout?.resume();
  serving.stderr?.resume();
  const ended = once(serving, 'exit');
  await watchEngine(
    environment,
    'the schedule has had a run',
    (engine) => engine.schedules.list(),
    (schedules) => schedules[0]?.last?.state === 'completed',
  );
  serving.kill('SIGTERM');
  await ended;
  await winnowJson(['schedule', 'remove', corpus], environment);
}
