import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { api, noServers } from '../harness/api.ts';
import { manyDocuments, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { until } from '../harness/until.ts';

interface Schedule {
  readonly next: string;
  readonly last: {
    readonly run: string | null;
    readonly state: string;
    readonly message: string | null;
  } | null;
  readonly notTold: { readonly count: number; readonly problem: string | null };
}

interface Run {
  readonly run: string;
  readonly state: string;
  readonly waiting: { readonly reason: string } | null;
}

/** Never within the time of a test. */
const seldom = { cron: '0 0 1 1 *' };

/** The API with a corpus, and what a caller does with its schedule. */
async function scheduled(
  servers: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
) {
  const { sources, server, engine, post, get } = await api({
    ...servers,
    WINNOW_RECONCILE_MS: '500',
    ...settings,
  });
  const source = join(sources, 'handbook');
  const made = await post('/v1/corpora', { name: 'handbook', path: source, language: 'en' });
  expect(made.statusCode).toBe(201);
  const put = (payload: object) => server.inject({ method: 'PUT', url: '/v1/schedules/handbook', payload });
  const show = async () => (await get('/v1/schedules/handbook')).json<Schedule>();
  const runNow = async () => {
    const accepted = await post('/v1/schedules/handbook/run');
    expect(accepted.statusCode).toBe(202);
    return accepted.json<Schedule>().last?.run ?? '';
  };
  const whenState = (state: string) =>
    until(`the slot is ${state}`, show, ({ last }) => last?.state === state);
  const runs = async () => (await get('/v1/corpora/handbook/runs')).json<{ runs: readonly Run[] }>().runs;
  const live = async () => (await get('/v1/corpora/handbook/generations')).json<{ live: number }>().live;
  return { source, server, engine, post, get, put, show, runNow, whenState, runs, live };
}

/** Somebody who is told, and checks signatures as the guide does it. */
async function receiver(secret: string) {
  const guide = await readFile(join(import.meta.dirname, '../../docs/guides/schedules.md'), 'utf8');
  const code = /```js\n(.*?)```/s.exec(guide)?.[1] ?? '';
  const { isOurs } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    isOurs(headers: object, body: string, secret: string): boolean;
  };
  const got: { readonly type: string; readonly isOurs: boolean; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    got.push({ type: JSON.parse(body).type, isOurs: isOurs(request.headers, body, secret), body });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/winnow`, got };
}

describe.each([
  ['embedded', () => noServers],
  ['full', fullMode],
])('schedules over HTTP in %s mode', (_mode, servers) => {
  test('are set, shown, listed and removed; what cannot be is refused', async () => {
    const { server, get, put, post } = await scheduled(servers());
    expect((await get('/v1/schedules/handbook')).statusCode).toBe(404);
    const made = await put({ cron: '0 3 * * *', tz: 'Asia/Shanghai', window: '22:00-06:00' });
    expect(made.statusCode).toBe(200);
    expect(made.json()).toMatchObject({
      corpus: 'handbook',
      tz: 'Asia/Shanghai',
      window: '22:00-06:00',
      reindex: false,
      next: expect.stringMatching(/T19:00:00\.000Z$/),
      last: null,
    });
    expect((await get('/v1/schedules')).json()).toEqual({ schedules: [made.json()] });
    for (const wrong of [
      { cron: '0 25 * * *' },
      { cron: '0 3 * * *', tz: 'Mars/Olympus' },
      { cron: '0 3 * * *', window: 'by night' },
      { cron: '0 3 * * *', window: '07:00-07:00' },
      { cron: '0 3 * * *', promoteIfVerified: true },
      { cron: '0 3 * * *', webhook: { url: 'https://ops.example.com', secretEnv: 'OPENAI_API_KEY' } },
      { cron: '0 3 * * *', often: true },
    ]) {
      expect((await put(wrong)).statusCode, JSON.stringify(wrong)).toBe(400);
    }
    expect((await get('/v1/schedules')).json()).toEqual({ schedules: [made.json()] });
    const remove = () => server.inject({ method: 'DELETE', url: '/v1/schedules/handbook' });
    expect((await remove()).statusCode).toBe(204);
    expect((await remove()).statusCode).toBe(404);
    expect((await post('/v1/schedules/handbook/run')).statusCode).toBe(404);
    const { paths } = (await get('/openapi.json')).json<{
      paths: Record<string, Record<string, { operationId: string }>>;
    }>();
    const operations = Object.entries(paths).filter(([path]) => path.includes('schedules'));
    expect(
      operations.flatMap(([, each]) => Object.values(each).map(({ operationId }) => operationId)).sort(),
    ).toEqual(['listSchedules', 'removeSchedule', 'runSchedule', 'setSchedule', 'showSchedule']);
  });

  test('bring a corpus up to date by themselves, and tell a webhook, signed', async () => {
    const secret = 'correct horse battery staple';
    const { url, got } = await receiver(secret);
    const { put, show, get } = await scheduled(servers(), {
      WINNOW_WEBHOOK_PRIVATE: '1',
      WINNOW_WEBHOOK_SECRET_OPS: secret,
    });
    await put({ cron: '*/2 * * * * *', webhook: { url, secretEnv: 'WINNOW_WEBHOOK_SECRET_OPS' } });
    await until(
      'somebody was told',
      async () => got,
      (all) => all.some(({ type }) => type === 'run.completed'),
    );
    await put({ ...seldom, webhook: null });
    // Slots that came while the first run was at work were skipped.
    const told = got.find(({ type }) => type === 'run.completed');
    expect(got.map((each) => each.isOurs)).not.toContain(false);
    expect(JSON.parse(told?.body ?? '').data).toMatchObject({
      corpus: 'handbook',
      run: { kind: 'sync', state: 'completed', documents: { new: 5 } },
    });
    expect(told?.body).not.toContain('rollback');
    expect((await get('/v1/corpora/handbook')).json()).toMatchObject({ documents: 5 });
    expect((await show()).notTold).toEqual({ count: 0, problem: null });
  });

  test('call no private address unless they may', async () => {
    const { url, got } = await receiver('');
    const { put, runNow, show } = await scheduled(servers());
    await put({ ...seldom, webhook: { url } });
    await runNow();
    const { notTold } = await until('it was tried', show, (schedule) => schedule.notTold.problem !== null);
    expect(notTold).toMatchObject({ count: 1, problem: expect.stringContaining('is a private address') });
    expect(got).toEqual([]);
  });

  test('wait for another run of the corpus, and refuse to be asked twice', async () => {
    const { put, post, runNow, show, whenState, runs } = await scheduled(servers());
    const other = (await post('/v1/runs', { corpus: 'handbook', budget: { tokens: 1 } })).json<Run>().run;
    await put(seldom);
    const run = await runNow();
    const blocked = await until('it says what it waits for', show, ({ last }) => last?.message !== null);
    expect(blocked.last).toMatchObject({
      state: 'starting',
      message: expect.stringContaining(`run ${other} (sync`),
    });
    expect((await post('/v1/schedules/handbook/run')).statusCode).toBe(409);
    await post(`/v1/runs/${other}/cancel`);
    await whenState('completed');
    expect((await runs()).map((each) => [each.run, each.state])).toEqual([
      [run, 'completed'],
      [other, 'canceled'],
    ]);
  });

  test('have their run wait for its hours, and resumed by hand it does not wait for them', async () => {
    const { put, get, post, show, whenState } = await scheduled(servers());
    // An hour from now, for an hour.
    const hour = (new Date().getUTCHours() + 1) % 24;
    const clock = (at: number) => `${String(at % 24).padStart(2, '0')}:59`;
    await put({ cron: '*/2 * * * * *', window: `${clock(hour)}-${clock(hour + 1)}` });
    const { last } = await until('its run is there', show, (schedule) => schedule.last?.state === 'running');
    await put(seldom);
    const run = last?.run ?? '';
    await until(
      'it waits',
      async () => (await get(`/v1/runs/${run}`)).json<Run>(),
      ({ waiting }) => waiting?.reason === 'window',
    );
    await post(`/v1/runs/${run}/resume`);
    await whenState('completed');
  });

  test('build anew and switch where all is well, and do not where it is not', async () => {
    const { source, engine, put, runNow, whenState, live } = await scheduled(servers());
    await writeFiles(source, manyDocuments(40));
    await put({ ...seldom, reindex: true, promoteIfVerified: true, evaluate: true });
    const run = await runNow();
    const { last } = await whenState('completed');
    expect(last?.message).toContain('no golden queries');
    expect(await live()).toBe(2);

    await engine.golden.put(
      'handbook',
      {
        queries: [{ queryId: 'q1', text: 'how do I roll back a release?' }],
        judgements: [{ queryId: 'q1', documentId: 'operations/rollback.md', grade: 1 }],
      },
      AbortSignal.timeout(60_000),
    );
    await put({ ...seldom, evaluate: true });
    const second = await runNow();
    await until(
      'it is over',
      async () => (await engine.schedules.show('handbook')).last,
      (each) => each?.run === second && each.state === 'completed',
    );
    expect(second).not.toBe(run);
    expect((await engine.quality.history('handbook', 1)).results).toMatchObject([
      { runId: second, generation: 2 },
    ]);

    // Far more is gone than the guard of deletions lets through.
    await Promise.all(Object.keys(manyDocuments(40)).map((path) => rm(join(source, path))));
    await put({ ...seldom, reindex: true, promoteIfVerified: true });
    await runNow();
    const refused = await whenState('unverified');
    expect(refused.last?.message).toContain('did not pass (');
    expect(await live()).toBe(2);
  });

  test('take what is gone from the source for gone, and nothing that somebody built or switched back from', async () => {
    const { source, engine, put, runNow, show, live } = await scheduled(servers());
    const documents = manyDocuments(20);
    await writeFiles(source, documents);
    await put({ ...seldom, reindex: true, promoteIfVerified: true });
    /** The slot of a run that is asked for, once it is over. */
    const ended = async () => {
      const run = await runNow();
      return await until(
        'the slot is over',
        show,
        ({ last }) => last?.run === run && ['completed', 'failed', 'unverified'].includes(last.state),
      );
    };
    expect((await ended()).last).toMatchObject({ state: 'completed' });
    const [first = '', ...others] = Object.keys(documents);
    await rm(join(source, first));
    expect((await ended()).last).toMatchObject({ state: 'completed' });
    expect(await live()).toBe(3);

    await engine.generations.rollback('handbook', AbortSignal.timeout(60_000));
    expect((await ended()).last).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('was rolled back from'),
    });
    expect(await live()).toBe(2);
    await engine.generations.drop('handbook', 3, AbortSignal.timeout(60_000));

    const trial = await engine.generations.reindex('handbook', { chunkTokens: 64 }, {});
    await until(
      'it is built',
      () => engine.runs.show(trial.run),
      ({ state }) => state === 'completed',
    );
    expect((await ended()).last).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('another cannot be built beside it'),
    });
    expect(await live()).toBe(2);
    await engine.generations.drop('handbook', trial.generation, AbortSignal.timeout(60_000));

    for (const path of others.slice(5)) await rm(join(source, path));
    await put(seldom);
    expect((await ended()).last).toMatchObject({ state: 'completed' });
    // Too few for the guard of deletions to say anything: every one of them fails.
    for (const path of others.slice(0, 5)) await writeFiles(source, { [path]: '' });
    await put({ ...seldom, reindex: true, promoteIfVerified: true });
    expect((await ended()).last).toMatchObject({
      state: 'unverified',
      message: expect.stringContaining('did not pass ('),
    });
    expect(await live()).toBe(2);
  });
});
