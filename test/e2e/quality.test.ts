import { join } from 'node:path';
import type { QualityResult, VerificationReport } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { api, noServers } from '../harness/api.ts';
import { fullMode } from '../harness/full-mode.ts';
import type { Ingested } from '../harness/reports.ts';
import { until } from '../harness/until.ts';

const questions = [
  'roll back a release',
  'how long is a build kept',
  'database snapshots',
  'restore time for a gigabyte',
  'days of holiday',
  'carry holidays over',
  'coffee machine cleaning',
  'dishwasher',
  'office hours in Basel',
  'reception before a public holiday',
  'who empties the dishwasher',
];

const golden = [
  {
    queryId: 'q1',
    text: 'how do I roll back?',
    judgements: { 'operations/rollback.md': 2, 'kitchen.txt': 0 },
  },
  { queryId: 'q2', text: 'days off', judgements: { 'people/holidays.md': 1, 'people/gone.md': 1 } },
  { queryId: 'q3', text: 'nothing fits', judgements: { 'kitchen.txt': 0 } },
];

/** The API with a corpus `handbook` that is ingested. */
async function apiWithHandbook(servers: Readonly<Record<string, string>>) {
  const { sources, server, post, get } = await api(servers);
  const whenEnded = (run: string) =>
    until(
      'the run has ended',
      async () => (await get(`/v1/runs/${run}`)).json<Ingested>(),
      ({ state }) => state !== 'planning' && state !== 'running',
    );
  const body = {
    name: 'handbook',
    path: join(sources, 'handbook'),
    embedder: 'all-MiniLM-L6-v2',
    language: 'en',
  };
  expect((await post('/v1/corpora', body)).statusCode).toBe(201);
  const started = await post('/v1/runs', { corpus: 'handbook' });
  expect(await whenEnded(started.json<Ingested>().run)).toMatchObject({ state: 'completed' });
  const send = (method: 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
    server.inject({ method, url, ...(payload !== undefined && { payload }) });
  return { post, get, send, whenEnded };
}

describe.each([
  ['embedded', () => noServers],
  ['full', fullMode],
])('quality over HTTP in %s mode', (_mode, servers) => {
  test('golden queries are set, shown, evaluated over time and removed', async () => {
    const { post, get, send } = await apiWithHandbook(servers());
    expect((await get('/v1/corpora/handbook/golden')).statusCode).toBe(404);
    expect((await post('/v1/corpora/handbook/quality')).statusCode).toBe(409);

    const set = await send('PUT', '/v1/corpora/handbook/golden', { queries: golden });
    expect(set.json()).toMatchObject({
      queries: 2,
      judgements: 4,
      withoutRelevant: 1,
      unknown: { count: 1, samples: ['people/gone.md'] },
    });
    expect((await get('/v1/corpora/handbook/golden')).json()).toMatchObject({ list: golden.slice(0, 2) });
    const other = await send('PUT', '/v1/corpora/handbook/golden', { queries: golden.slice(0, 1) });
    expect((await get('/v1/corpora/handbook/golden')).json()).toMatchObject({
      digest: other.json<{ digest: string }>().digest,
      list: golden.slice(0, 1),
    });

    const evaluated = await post('/v1/corpora/handbook/quality', { modes: ['bm25', 'hybrid'] });
    expect(evaluated.statusCode).toBe(200);
    const result = evaluated.json<QualityResult>();
    expect(result.figures.map(({ mode, metric, mean }) => [mode, metric, mean])).toContainEqual([
      'hybrid',
      'ndcg@10',
      1,
    ]);
    expect((await get('/v1/corpora/handbook/quality')).json()).toEqual({ results: [result], drops: [] });

    expect((await send('DELETE', '/v1/corpora/handbook/golden')).json()).toEqual({ removed: true });
    expect((await send('DELETE', '/v1/corpora/handbook/golden')).json()).toEqual({ removed: false });
    expect((await get('/v1/corpora/handbook/golden')).statusCode).toBe(404);
  });

  test('golden queries that cannot be are refused, and those there are stay', async () => {
    const { get, send } = await apiWithHandbook(servers());
    await send('PUT', '/v1/corpora/handbook/golden', { queries: golden });
    for (const queries of [
      [],
      [golden[2]],
      [golden[0], golden[0]],
      [{ queryId: 'q1', text: 'a'.repeat(8_193), judgements: { 'kitchen.txt': 1 } }],
      [{ queryId: 'q1', text: 'text', judgements: { 'kitchen.txt': 'high' } }],
    ]) {
      expect((await send('PUT', '/v1/corpora/handbook/golden', { queries })).statusCode).toBe(400);
    }
    expect((await get('/v1/corpora/handbook/golden')).json()).toMatchObject({ queries: 2 });
  });

  test('searches are recorded where the corpus says so, and a new generation is compared by them', async () => {
    const { post, send, whenEnded } = await apiWithHandbook(servers());
    const switched = await send('PATCH', '/v1/corpora/handbook', {
      recording: { enabled: true },
      verification: { agreementFloor: 0.5 },
    });
    expect(switched.json()).toMatchObject({
      recording: { enabled: true, days: 30 },
      verification: { agreementFloor: 0.5, qualityMargin: 0.02 },
    });
    for (const query of questions) {
      const found = await post('/v1/search', { corpus: 'handbook', query, rerank: 'none' });
      expect(found.json<{ queryId: string }>().queryId).toMatch(/^[0-9a-f]{16}$/);
    }
    const built = await post('/v1/corpora/handbook/generations', {});
    expect(await whenEnded(built.json<Ingested>().run)).toMatchObject({ state: 'completed' });

    const verified = await post('/v1/corpora/handbook/generations/2/verify');
    expect(verified.statusCode).toBe(200);
    const report = verified.json<VerificationReport>();
    expect(report).toMatchObject({ generation: 2, comparedWith: 1, passed: true });
    const agreement = report.gates.find(({ name }) => name === 'agreement');
    expect(agreement).toMatchObject({ passed: true, value: 1, floor: 0.5 });
    expect(agreement?.detail).toContain('11 queries (recorded searches)');
    expect((await post('/v1/corpora/handbook/generations/3/verify')).statusCode).toBe(404);

    await send('PATCH', '/v1/corpora/handbook', { recording: { enabled: false } });
    await send('PATCH', '/v1/corpora/handbook', { recording: { enabled: true } });
    const again = await post('/v1/corpora/handbook/generations/2/verify');
    expect(again.json<VerificationReport>().gates.find(({ name }) => name === 'agreement')?.detail).toContain(
      'headings of the corpus',
    );
  });
});
