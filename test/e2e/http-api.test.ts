import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import { buildServer } from '@winnow/query';
import { loadConfig } from '@winnow/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { until } from '../harness/until.ts';

/** The API over a data folder of its own, with a worker beside it. */
async function api(servers: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const sources = join(folder, 'sources');
  await writeFiles(join(sources, 'handbook'), handbook);
  await mkdir(join(folder, 'private'));
  const config = loadConfig({ ...process.env, ...servers, WINNOW_DATA_DIR: join(folder, 'data') });
  const engine = await openEngine(config, { access: { kind: 'write', purpose: 'test' }, log: silentLogger });
  const worker = engine.createWorker();
  await worker.start();
  const server = await buildServer({ engine, log: silentLogger, sourceRoots: [sources] });
  onTestFinished(async () => {
    await server.close();
    await worker.close({ graceMs: 1_000 });
    await engine.close();
  });
  const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
    server.inject({ method: 'POST', url, payload, headers });
  const get = (url: string) => server.inject({ method: 'GET', url });
  return { folder, sources, post, get };
}

const noServers = { REDIS_URL: '', ELASTICSEARCH_URL: '' };

describe.each([
  ['embedded', () => noServers],
  ['full', fullMode],
])('the HTTP API in %s mode', (mode, servers) => {
  test('makes a corpus, ingests it, searches it and streams a cited answer', async () => {
    const { sources, post, get } = await api(servers());
    expect((await get('/health/ready')).json()).toEqual({ status: 'ready', mode, parkedJobs: 0 });

    const made = await post('/v1/corpora', { name: 'handbook', path: join(sources, 'handbook') });
    expect(made.statusCode).toBe(201);
    const accepted = await post('/v1/runs', { corpus: 'handbook' });
    expect(accepted.statusCode).toBe(202);
    const { run } = accepted.json<{ run: string }>();
    const ended = await until(
      'the run has ended',
      async () => (await get(`/v1/runs/${run}`)).json<{ state: string; documents: { new: number } }>(),
      ({ state }) => state !== 'planning' && state !== 'running',
    );
    expect(ended).toMatchObject({ state: 'completed', documents: { new: 5 } });

    const found = await post('/v1/search', { corpus: 'handbook', query: 'coffee', k: 2 });
    expect(found.json<{ hits: { documentId: string }[] }>().hits[0]?.documentId).toBe('kitchen.txt');

    const question = { corpus: 'handbook', query: 'How long does a restore take for each gigabyte?' };
    const streamed = await post('/v1/answer', question, { accept: 'text/event-stream' });
    expect(streamed.headers['content-type']).toContain('text/event-stream');
    const events = [...streamed.body.matchAll(/^event: (.+)$/gm)].map((match) => match[1]);
    expect(events[0]).toBe('sources-ready');
    expect(events.at(-1)).toBe('answer-end');
    expect((await post('/v1/answer', question)).json()).toMatchObject({
      abstained: false,
      citations: [{ documentId: 'operations/backup.md' }],
    });
  });
});

describe('the HTTP API', () => {
  test('reads nothing outside of the source roots, and does not say what is there', async () => {
    const { folder, post } = await api(noServers);
    const answers = await Promise.all(
      [join(folder, 'private'), join(folder, 'absent'), '/etc', join(folder, 'sources', '..', 'private')].map(
        (path) => post('/v1/corpora', { name: 'x', path }),
      ),
    );
    expect(answers.map((answer) => answer.statusCode)).toEqual([400, 400, 400, 400]);
    for (const answer of answers) expect(answer.json().error.message).toContain('WINNOW_SOURCE_ROOTS');
  });

  test('refuses bad requests with the field that is wrong, and unknown things with 404', async () => {
    const { post, get } = await api(noServers);
    const bad = await post('/v1/search', { corpus: 'x', query: 'y', k: 1_000_000 });
    expect([bad.statusCode, bad.json().error.code]).toEqual([400, 'invalid_argument']);
    expect(bad.json().error.message).toContain('k');
    expect((await post('/v1/search', { corpus: 'absent', query: 'y' })).statusCode).toBe(404);
    expect(
      (await post('/v1/answer', { corpus: 'absent', query: 'y' }, { accept: 'text/event-stream' }))
        .statusCode,
    ).toBe(404);
    expect((await get('/v1/runs/absent')).statusCode).toBe(404);
    expect((await get('/nothing')).json().error.code).toBe('not_found');
  });

  test('describes every route it has', async () => {
    const { get } = await api(noServers);
    const { paths } = (await get('/openapi.json')).json<{ paths: Record<string, unknown> }>();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/corpora',
        '/v1/runs',
        '/v1/search',
        '/v1/answer',
        '/health/live',
        '/health/ready',
      ]),
    );
  });
});
