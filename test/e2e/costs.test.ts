import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { type CostsReport, openEngine } from '@winnow/engine';
import { buildServer } from '@winnow/query';
import { loadConfig } from '@winnow/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { winnow, winnowJson } from '../harness/processes.ts';

const embedder = 'all-MiniLM-L6-v2';

async function ingestedHandbook(servers: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  // The time of our own machine, at a dollar a million tokens.
  const prices = { [embedder]: { usdPerMillionInputTokens: 1 } };
  await writeFiles(folder, { 'prices.json': JSON.stringify(prices) });
  await writeFiles(join(folder, 'handbook'), handbook);
  const environment = {
    ...servers,
    WINNOW_DATA_DIR: join(folder, 'data'),
    WINNOW_PRICES: join(folder, 'prices.json'),
  };
  const create = [
    'corpus',
    'create',
    'handbook',
    '--source',
    join(folder, 'handbook'),
    '--embedder',
    embedder,
  ];
  await winnowJson(create, environment);
  const { run } = await winnowJson<{ run: string }>(['ingest', 'handbook'], environment);
  await winnowJson(['search', 'handbook', 'how do I roll back?', '--rerank', 'none'], environment);
  return { environment, run };
}

/** The HTTP API over the same data, for reading. */
async function overHttp(environment: Readonly<Record<string, string>>) {
  const config = loadConfig({ ...process.env, ...environment });
  const engine = await openEngine(config, { access: { kind: 'read' }, log: silentLogger });
  const server = await buildServer({ engine, log: silentLogger, sourceRoots: [] });
  onTestFinished(async () => {
    await server.close();
    await engine.close();
  });
  return (url: string) => server.inject({ method: 'GET', url });
}

describe.each([
  ['embedded', () => ({ REDIS_URL: '', ELASTICSEARCH_URL: '' })],
  ['full', fullMode],
])('costs in %s mode', (_mode, servers) => {
  test('list what runs and queries took at prices of one’s own, the same on the command line and over HTTP', async () => {
    const { environment, run } = await ingestedHandbook(servers());
    const get = await overHttp(environment);
    const costs = async (query: string) => (await get(`/v1/costs?${query}`)).json<CostsReport>();

    const byModel = await costs('');
    expect(byModel.groups).toMatchObject([{ group: embedder, unpricedCalls: 0 }]);
    expect(byModel.total.inputTokens).toBeGreaterThan(50);
    expect(byModel.total.usd).toBeCloseTo(byModel.total.inputTokens / 1e6, 12);
    const byPurpose = await costs('by=purpose&since=1h&corpus=handbook');
    expect(byPurpose.groups.map(({ group }) => group).sort()).toEqual(['embed-documents', 'embed-query']);
    expect(byPurpose.total).toEqual(byModel.total);
    expect((await costs(`run=${run}&by=purpose`)).groups).toEqual([
      byPurpose.groups.find(({ group }) => group === 'embed-documents'),
    ]);
    expect((await costs('until=1h')).total.calls).toBe(0);
    expect((await costs('corpus=another')).groups).toEqual([]);

    const words = ['costs', '--by', 'purpose', '--corpus', 'handbook'];
    const { groups, total } = await winnowJson<CostsReport>(words, environment);
    expect({ groups, total }).toEqual({ groups: byPurpose.groups, total: byPurpose.total });
  });
});

describe('winnow costs', () => {
  test('prints a table with a total, and leaves nothing behind where nothing was spent', async () => {
    const folder = await temporaryFolder();
    const { code, stdout } = await winnow(['costs'], { WINNOW_DATA_DIR: join(folder, 'data') });
    expect([code, await readdir(folder)]).toEqual([0, []]);
    expect(stdout).toMatch(/total +│ +0 .*│ \$0 /);
  });

  test.each([
    [['--since', 'lastweek'], 'such as 2026-11-23'],
    [['--by', 'week'], 'Allowed choices are'],
    [['--limit', '0'], 'whole number from 1 to 1000'],
  ])('refuses %j and says what is allowed', async (words, allowed) => {
    const folder = await temporaryFolder();
    const { code, stderr } = await winnow(['costs', ...words], { WINNOW_DATA_DIR: join(folder, 'data') });
    expect(code).toBe(2);
    expect(stderr).toContain(allowed);
  });

  test('over HTTP a moment that is none is the field that is wrong', async () => {
    const folder = await temporaryFolder();
    const get = await overHttp({ WINNOW_DATA_DIR: join(folder, 'data') });
    const reply = await get('/v1/costs?since=lastweek');
    expect([reply.statusCode, reply.json().error.code]).toEqual([400, 'invalid_argument']);
  });
});
