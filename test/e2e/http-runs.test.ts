import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { api, noServers } from '../harness/api.ts';
import { writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import type { Examined, Inbox, Ingested, Plan } from '../harness/reports.ts';
import { until } from '../harness/until.ts';

const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** The API with a corpus `handbook` that nothing was ingested of. */
async function apiWithCorpus(servers: Readonly<Record<string, string>>) {
  const { sources, post, get } = await api(servers);
  const source = join(sources, 'handbook');
  const made = await post('/v1/corpora', { name: 'handbook', path: source, language: 'en' });
  expect(made.statusCode).toBe(201);
  const whenRun = (run: string, what: string, holds: (report: Ingested) => boolean) =>
    until(what, async () => (await get(`/v1/runs/${run}`)).json<Ingested>(), holds);
  const ended = (run: string) =>
    whenRun(run, 'the run has ended', ({ state }) => state !== 'planning' && state !== 'running');
  async function ingest(options: object = {}) {
    const accepted = await post('/v1/runs', { corpus: 'handbook', ...options });
    expect(accepted.statusCode).toBe(202);
    return await ended(accepted.json<Ingested>().run);
  }
  return { source, post, get, ended, whenRun, ingest };
}

describe.each([
  ['embedded', () => noServers],
  ['full', fullMode],
])('runs over HTTP in %s mode', (_mode, servers) => {
  test('are planned, wait at their budget, are listed, resumed, paused and canceled', async () => {
    const { post, get, ended, whenRun } = await apiWithCorpus(servers());
    const plan = await post('/v1/plans', { corpus: 'handbook' });
    expect(plan.json<Plan>()).toMatchObject({
      documents: { new: 5, deleted: 0, unreadable: 0 },
      covered: true,
      cost: { usd: 0 },
    });

    const started = await post('/v1/runs', { corpus: 'handbook', budget: { tokens: 1 } });
    const { run } = started.json<Ingested>();
    const waiting = await whenRun(run, 'it waits', (report) => report.waiting?.reason === 'budget');
    expect(waiting).toMatchObject({ state: 'running', budget: { usd: null, tokens: 1 } });
    expect((await get('/v1/runs')).json<{ runs: Ingested[] }>().runs).toMatchObject([{ run }]);

    const paused = await post(`/v1/runs/${run}/pause`);
    expect(paused.json<Ingested>().waiting?.reason).toBe('paused');
    const resumed = await post(`/v1/runs/${run}/resume`, { budget: {} });
    expect(resumed.statusCode).toBe(200);
    expect(await ended(run)).toMatchObject({ state: 'completed', documents: { new: 5 } });
    expect((await get('/v1/runs')).json()).toEqual({ runs: [] });
    const late = await post(`/v1/runs/${run}/resume`);
    expect([late.statusCode, late.json().error.code]).toEqual([409, 'failed_precondition']);
    expect((await post(`/v1/runs/${run}/cancel`)).json()).toMatchObject({ state: 'completed' });
  });

  test('keep to the deletion guard until deletions are approved', async () => {
    const { source, post, ingest } = await apiWithCorpus(servers());
    await writeFiles(
      source,
      Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [`many/${at}.md`, `# ${at}\n\nNumber ${at}.\n`]),
      ),
    );
    await ingest();
    await rm(join(source, 'many'), { recursive: true });
    expect((await post('/v1/plans', { corpus: 'handbook' })).json<Plan>().deletions).toEqual({
      count: 12,
      withheld: 12,
      limit: 10,
    });
    expect(await ingest()).toMatchObject({
      documents: { deleted: 0 },
      deletions: { withheld: 12, limit: 10 },
    });
    expect(await ingest({ approveDeletions: 12 })).toMatchObject({ documents: { deleted: 12 } });
  });

  test('leave in the inbox what does not get in, to be tried again or dismissed', async () => {
    const { source, post, get, ingest, ended } = await apiWithCorpus(servers());
    await writeFile(join(source, 'one.png'), picture);
    await writeFile(join(source, 'two.png'), Buffer.concat([picture, Buffer.of(1)]));
    expect(await ingest()).toMatchObject({ documents: { new: 5, failed: 2, stillFailed: 2 } });
    const inbox = async (query = '') => (await get(`/v1/inbox?corpus=handbook${query}`)).json<Inbox>();
    const first = await inbox('&limit=1');
    const second = await inbox(`&limit=1&after=${first.next}`);
    const ids = [...first.items, ...second.items].map(({ documentId }) => documentId);
    expect(ids.sort()).toEqual(['one.png', 'two.png']);
    expect(first.items[0]).toMatchObject({ cause: 'unsupported_type', attempts: 1 });
    expect((await inbox('&cause=too_large')).items).toEqual([]);

    const retried = await post('/v1/inbox/retry', { corpus: 'handbook', cause: 'unsupported_type' });
    expect(retried.statusCode).toBe(202);
    expect(await ended(retried.json<Ingested>().run)).toMatchObject({ documents: { failed: 2 } });
    const dismiss = (which: object) => post('/v1/inbox/dismiss', { corpus: 'handbook', ...which });
    expect((await dismiss({ documentIds: ['one.png'] })).json()).toEqual({ dismissed: 1 });
    expect((await dismiss({ all: true })).json()).toEqual({ dismissed: 1 });
    expect((await inbox()).items).toEqual([]);
    for (const which of [{}, { all: true, documentIds: ['one.png'] }, { cause: 'bad_mood' }]) {
      expect((await dismiss(which)).statusCode).toBe(400);
    }
    expect((await post('/v1/inbox/retry', { corpus: 'handbook', all: true })).statusCode).toBe(409);
  });

  test('mend what a doctor finds', async () => {
    const { source, post, ingest, ended } = await apiWithCorpus(servers());
    await ingest();
    const examine = async (options: object = {}) =>
      (await post('/v1/doctor', { corpus: 'handbook', ...options })).json<Examined>();
    expect(await examine()).toMatchObject({
      checked: { source: 5, manifest: 5, index: 5 },
      findings: [],
      repairRun: null,
    });
    await writeFile(join(source, 'new.md'), '# New\n\nNot known yet.\n');
    const { findings, repairRun } = await examine({ repair: true });
    expect(findings).toMatchObject([{ kind: 'missing', documentId: 'new.md', detail: expect.any(String) }]);
    expect(await ended(repairRun ?? '')).toMatchObject({ kind: 'repair', state: 'completed' });
    expect((await examine()).findings).toEqual([]);
  });
});

describe('runs over HTTP', () => {
  test('refuse what cannot be, with the field that is wrong', async () => {
    const { post, get } = await apiWithCorpus(noServers);
    const bad: readonly [string, object, string][] = [
      ['/v1/runs', { corpus: 'handbook', budget: { usd: -1 } }, 'budget.usd'],
      ['/v1/runs', { corpus: 'handbook', approveDeletions: 1.5 }, 'approveDeletions'],
      ['/v1/plans', { corpus: 'handbook', remake: 'yes' }, 'remake'],
      ['/v1/doctor', { corpus: 'handbook', heal: true }, 'heal'],
      ['/v1/inbox/retry', { corpus: 'handbook', documentIds: [] }, 'documentIds'],
    ];
    for (const [url, payload, field] of bad) {
      const reply = await post(url, payload);
      expect([url, reply.statusCode, reply.json().error.message]).toEqual([
        url,
        400,
        expect.stringContaining(field),
      ]);
    }
    for (const url of ['/v1/plans', '/v1/runs', '/v1/doctor']) {
      expect((await post(url, { corpus: 'absent' })).statusCode).toBe(404);
    }
    for (const word of ['pause', 'resume', 'cancel']) {
      expect((await post(`/v1/runs/absent/${word}`)).statusCode).toBe(404);
    }
    expect((await get('/v1/inbox?corpus=absent')).statusCode).toBe(404);
  });
});
