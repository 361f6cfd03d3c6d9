import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { s3Server } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { api, noServers } from '../harness/api.ts';
import { temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { heldBucket } from '../harness/held-sources.ts';
import { finished, lastJson, start, untilSays, winnow, winnowJson } from '../harness/processes.ts';
import type { Ingested } from '../harness/reports.ts';
import { until } from '../harness/until.ts';

const { signal } = new AbortController();
const s3 = await s3Server();

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => void vi.unstubAllEnvs());

/** A corpus of a folder and a bucket, ingested; then both have news, and the bucket does not answer. */
async function corpusWithoutItsBucket(servers: Readonly<Record<string, string>>) {
  if ('missing' in s3) throw new Error('a server is missing');
  const { held, endpoint } = await heldBucket(s3.url);
  onTestFinished(async () => void (await held.close()));
  const { engine, sources, post } = await api({
    ...servers,
    WINNOW_S3_ENDPOINT: endpoint,
    WINNOW_S3_PATH_STYLE: '1',
    WINNOW_RECONCILE_MS: '500',
  });
  const path = join(sources, 'handbook');
  await post('/v1/corpora', { name: 'docs', path, language: 'en' });
  await held.put('crane', 'The crane at the quay lifts forty tonnes.');
  const place = held.settings.kind === 's3' ? `s3://${held.settings.bucket}/docs` : '';
  await engine.sources.add('docs', { path: place, name: 'bucket' }, signal);
  const untilRun = async (run: string, holds: (report: Awaited<ReturnType<typeof ingest>>) => boolean) =>
    await until('the run', () => engine.runs.show(run), holds);
  const ingest = () => engine.runs.start('docs');
  const first = await ingest();
  await untilRun(first.run, ({ state }) => state === 'completed');
  const ids = async () => {
    const documents = await engine.documents.list('docs', { limit: 100 });
    return documents.filter(({ state }) => state === 'live').map(({ documentId }) => documentId);
  };
  const before = await ids();
  const [gone = ''] = before.filter((id) => !id.startsWith('bucket:'));
  await rm(join(path, gone));
  await writeFiles(path, { 'falcon.md': '# Tower\n\nThe falcon nests on the old water tower.\n' });
  await held.put('anchor', 'The anchor weighs two tonnes.');
  const bringBack = await held.cut();
  const find = async (query: string) => {
    const { hits } = (await post('/v1/search', { corpus: 'docs', query, k: 3 })).json<{
      hits: { documentId: string }[];
    }>();
    return hits.map(({ documentId }) => documentId);
  };
  return { engine, path, ingest, untilRun, ids, before, gone, bringBack, find };
}

describe.skipIf('missing' in s3).each([
  ['embedded', () => noServers],
  ['full', fullMode],
])('a bucket that does not answer, in %s mode', (_mode, servers) => {
  test('is waited for when the folder beside it is up to date, and nothing of it is deleted', async () => {
    const { engine, ingest, untilRun, ids, before, gone, bringBack, find } = await corpusWithoutItsBucket(
      servers(),
    );
    const plan = await engine.runs.plan('docs', {}, signal);
    expect(plan).toMatchObject({ covered: false, documents: { new: 1, deleted: 1 } });
    const { run } = await ingest();
    const held = await untilRun(run, ({ waiting }) => waiting !== null);
    expect(held).toMatchObject({
      waiting: { reason: 'source_away' },
      documents: { new: 1, deleted: 1 },
      uncovered: [{ sourceId: 'bucket', prefix: '' }],
    });
    const without = [...before.filter((id) => id !== gone), 'falcon.md'].sort();
    expect((await ids()).sort()).toEqual(without);
    expect(await find('Where does the falcon nest?')).toContain('falcon.md');
    expect(await find('What does the crane lift?')).toContain('bucket:crane.md');

    expect(await engine.runs.cancel(run)).toMatchObject({
      state: 'canceled',
      uncovered: [{ sourceId: 'bucket', prefix: '' }],
    });
    expect((await ids()).sort()).toEqual(without);

    const { run: second } = await ingest();
    await untilRun(second, ({ waiting }) => waiting !== null);
    await bringBack();
    const ended = await untilRun(second, ({ state }) => state === 'completed');
    expect(ended).toMatchObject({ documents: { new: 1, deleted: 0, failed: 0 }, uncovered: [] });
    expect((await ids()).sort()).toEqual([...without, 'bucket:anchor.md'].sort());
  });

  test('has the run that waits for it give way to a scheduled one, which takes up what is new in the folder', async () => {
    const { engine, path, ingest, untilRun, ids, bringBack } = await corpusWithoutItsBucket(servers());
    await engine.schedules.set('docs', { cron: '0 0 1 1 *' });
    const { run } = await ingest();
    await untilRun(run, ({ waiting }) => waiting !== null);
    await writeFiles(path, { 'heron.md': 'The heron fishes below the weir.' });
    await engine.schedules.runNow('docs');
    await until('the folder is up to date', ids, (all) => all.includes('heron.md'));
    expect(await engine.runs.show(run)).toMatchObject({
      state: 'canceled',
      reason: expect.stringContaining('a scheduled run took its place'),
      uncovered: [{ sourceId: 'bucket', prefix: '' }],
    });
    await bringBack();
    await until('the bucket is up to date', ids, (all) => all.includes('bucket:anchor.md'));
    await until(
      'the slot is over',
      () => engine.schedules.show('docs'),
      ({ last }) => last?.state === 'completed',
    );
  });
});

test('winnow ingest with one of two folders away brings the other up to date, says what it waits for, and goes on', async () => {
  const folder = await temporaryFolder();
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  await writeFiles(one, { 'crane.md': 'The crane at the quay lifts forty tonnes.' });
  await writeFiles(two, { 'falcon.md': 'The falcon nests on the old water tower.' });
  const sources = ['--source', `one=${one}`, '--source', `two=${two}`];
  await winnowJson(['corpus', 'create', 'docs', ...sources, '--language', 'en'], environment);
  await rename(one, `${one}-away`);

  const child = start('services/cli/src/main.ts', ['ingest', 'docs', '--json'], environment);
  const says = untilSays(child, 'waiting (source_away)');
  const ended = finished(child);
  await says;
  expect(await winnowJson(['corpus', 'show', 'docs'], environment)).toMatchObject({ documents: 1 });
  const { runs } = await winnowJson<{ runs: readonly Ingested[] }>(['status'], environment);
  expect(runs).toMatchObject([{ documents: { new: 1 }, uncovered: [{ sourceId: 'one' }] }]);
  await rename(`${one}-away`, one);
  expect(lastJson(await ended)).toMatchObject({ state: 'completed', documents: { new: 2 }, uncovered: [] });

  await rename(one, `${one}-away`);
  await rename(two, `${two}-away`);
  expect((await winnow(['ingest', 'docs'], environment)).code).toBe(2);
});
