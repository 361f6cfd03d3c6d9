import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { api, noServers } from '../harness/api.ts';
import { fullMode } from '../harness/full-mode.ts';
import { until } from '../harness/until.ts';

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

    const like = await post('/v1/similar', { corpus: 'handbook', like: ['operations/backup.md'], k: 1 });
    expect(like.json()).toMatchObject({ hits: [{ documentId: 'operations/rollback.md' }], generation: 1 });
    const same = await post('/v1/duplicates', { corpus: 'handbook' });
    expect(same.json()).toMatchObject({ groups: [], total: 0, documents: 5 });
    const topics = (await post('/v1/clusters', { corpus: 'handbook', k: 2 })).json();
    expect(Object.keys(topics.assignments)).toHaveLength(5);
    expect(topics.clusters).toHaveLength(2);
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

  test('loads no model by a name that only who runs the service may choose, and does not say what is there', async () => {
    const { folder, sources, post } = await api(noServers);
    const there = join(folder, 'there.gguf');
    await writeFile(there, 'GGUF');
    const asked = { corpus: 'x', query: 'y' };
    const answers = await Promise.all(
      [there, join(folder, 'absent.gguf')].flatMap((path) => [
        post('/v1/answer', { ...asked, generator: path }),
        post('/v1/answer', { ...asked, rerank: `judge:${path}` }),
        post('/v1/search', { ...asked, rerank: `judge@listwise:${path}` }),
        post('/v1/corpora', { name: 'x', path: join(sources, 'handbook'), embedder: path }),
        post('/v1/plans', { corpus: 'x', build: { embedder: path } }),
        post('/v1/corpora/x/generations', { embedder: path }),
      ]),
    );
    for (const answer of answers) {
      expect(answer.statusCode).toBe(404);
      expect(answer.json().error.message).toContain('WINNOW_NAMED_MODELS');
    }
  });

  test('refuses bad requests with the field that is wrong, and unknown things with 404', async () => {
    const { post, get } = await api(noServers);
    const bad = await post('/v1/search', { corpus: 'x', query: 'y', k: 1_000_000 });
    expect([bad.statusCode, bad.json().error.code]).toEqual([400, 'invalid_argument']);
    expect(bad.json().error.message).toBe('k: must be at most 500 (given: 1000000)');
    expect((await post('/v1/search', { corpus: 'absent', query: 'y' })).statusCode).toBe(404);
    expect(
      (await post('/v1/answer', { corpus: 'absent', query: 'y' }, { accept: 'text/event-stream' }))
        .statusCode,
    ).toBe(404);
    expect((await get('/v1/runs/absent')).statusCode).toBe(404);
    expect((await get('/nothing')).json().error.code).toBe('not_found');
  });

  test('says what is wrong with a request as the command line does: where, what is allowed, what was given', async () => {
    const { get, post, server } = await api(noServers);
    const json = { 'content-type': 'application/json' };
    const sent = (payload: string, headers = json) =>
      server.inject({ method: 'POST', url: '/v1/search', headers, payload });
    const ask = { corpus: 'x', query: 'y' };
    const answers = await Promise.all([
      post('/v1/search', { ...ask, filter: { op: 'is', field: 'lang' } }),
      post('/v1/search', { ...ask, mode: 'fast' }),
      post('/v1/search', { ...ask, query: ' ' }),
      post('/v1/search', { corpus: 'x' }),
      post('/v1/search', { ...ask, limit: 3 }),
      post('/v1/answer', { ...ask, history: 'none' }),
      get('/v1/corpora/x/documents?limit=many'),
      get('/v1/corpora/x/runs?limits=3'),
      get('/v1/inbox'),
      server.inject({ method: 'PATCH', url: '/v1/corpora/x', payload: { recording: { days: 0 } } }),
      server.inject({ method: 'PUT', url: '/v1/schedules/x', payload: { cron: '0 3 * * *', window: '9' } }),
      server.inject({
        method: 'PUT',
        url: '/v1/corpora/x/documents/a',
        headers: { ...json, 'idempotency-key': 'x'.repeat(200) },
        payload: {},
      }),
      post('/v1/runs'),
      sent('{"corpus":'),
      sent('', json),
      sent('<corpus/>', { 'content-type': 'application/xml' }),
      sent(`"${'x'.repeat(300_000)}"`),
    ]);
    expect(answers.map((answer) => [answer.statusCode, answer.json().error.message])).toEqual([
      [400, 'filter.op: must be one of eq, in, range, exists, and, or, not (given: "is")'],
      [400, 'mode: must be bm25, dense or hybrid (given: "fast")'],
      [400, 'query: must not be empty'],
      [400, 'query: is missing'],
      [400, expect.stringMatching(/^the body: nothing here is called "limit"; there is query, .*\bk\b/)],
      [400, 'history: must be a list (given: "none")'],
      [400, 'limit: must be a number (given: "many")'],
      [400, 'the query string: nothing here is called "limits"; there is limit'],
      [400, 'corpus: is missing'],
      [400, 'recording.days: must be at least 1 (given: 0)'],
      [400, 'window: must be such as 22:00-06:00 (given: "9")'],
      [400, 'idempotency-key: must be at most 128 characters long (given: 200)'],
      [400, 'the body: is missing'],
      [400, 'the body is not JSON: look for a quote, a comma or a bracket too many or too few'],
      [400, 'the body is empty, though content-type says that it is JSON'],
      [415, 'a body of "application/xml" is not taken here: send it as content-type: application/json'],
      [413, 'the body is too large: the limit is 262144 bytes'],
    ]);
  });

  test('describes every route it has, each under a name of its own', async () => {
    const { get } = await api(noServers);
    const { paths } = (await get('/openapi.json')).json<{
      paths: Record<string, Record<string, { operationId?: string; responses: object }>>;
    }>();
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [`${method} ${path}`, operationId]),
    );
    expect(Object.fromEntries(operations)).toEqual({
      'delete /v1/corpora/{corpus}': 'deleteCorpus',
      'delete /v1/corpora/{corpus}/sources/{source}': 'removeSource',
      'get /v1/corpora/{corpus}/sources': 'listSources',
      'post /v1/corpora/{corpus}/sources': 'addSource',
      'delete /v1/corpora/{corpus}/documents/{documentId}': 'deleteDocument',
      'delete /v1/corpora/{corpus}/generations/{generation}': 'dropGeneration',
      'delete /v1/corpora/{corpus}/golden': 'removeGolden',
      'delete /v1/schedules/{corpus}': 'removeSchedule',
      'get /health/live': 'live',
      'get /health/ready': 'ready',
      'get /v1/corpora': 'listCorpora',
      'get /v1/corpora/{corpus}': 'showCorpus',
      'get /v1/corpora/{corpus}/documents': 'listDocuments',
      'get /v1/corpora/{corpus}/documents/{documentId}': 'showDocument',
      'get /v1/corpora/{corpus}/generations': 'listGenerations',
      'get /v1/corpora/{corpus}/golden': 'showGolden',
      'get /v1/corpora/{corpus}/quality': 'listQuality',
      'get /v1/corpora/{corpus}/runs': 'listRuns',
      'get /v1/costs': 'listCosts',
      'get /v1/inbox': 'listInbox',
      'get /v1/runs': 'listActiveRuns',
      'get /v1/runs/{run}': 'showRun',
      'get /v1/schedules': 'listSchedules',
      'get /v1/schedules/{corpus}': 'showSchedule',
      'patch /v1/corpora/{corpus}': 'changeCorpus',
      'patch /v1/corpora/{corpus}/sources/{source}': 'changeSource',
      'post /v1/answer': 'answer',
      'post /v1/clusters': 'findClusters',
      'post /v1/corpora': 'createCorpus',
      'post /v1/corpora/{corpus}/documents': 'pushDocuments',
      'post /v1/corpora/{corpus}/generations': 'reindexCorpus',
      'post /v1/corpora/{corpus}/generations/{generation}/verify': 'verifyGeneration',
      'post /v1/corpora/{corpus}/promote': 'promoteGeneration',
      'post /v1/corpora/{corpus}/quality': 'evaluateCorpus',
      'post /v1/corpora/{corpus}/rollback': 'rollbackGeneration',
      'post /v1/doctor': 'examineCorpus',
      'post /v1/duplicates': 'findDuplicates',
      'post /v1/inbox/dismiss': 'dismissInbox',
      'post /v1/inbox/retry': 'retryInbox',
      'post /v1/plans': 'planRun',
      'post /v1/runs': 'startRun',
      'post /v1/runs/{run}/cancel': 'cancelRun',
      'post /v1/runs/{run}/pause': 'pauseRun',
      'post /v1/runs/{run}/resume': 'resumeRun',
      'post /v1/schedules/{corpus}/run': 'runSchedule',
      'post /v1/search': 'search',
      'post /v1/similar': 'similar',
      'put /v1/corpora/{corpus}/documents/{documentId}': 'pushDocument',
      'put /v1/corpora/{corpus}/golden': 'setGolden',
      'put /v1/schedules/{corpus}': 'setSchedule',
    });
  });

  test('answers health checks however often they come, and is not alive once its worker is not', async () => {
    const { get, worker } = await api(noServers);
    const statuses = new Set<number>();
    for (let asked = 0; asked < 1_300; asked += 1) statuses.add((await get('/health/live')).statusCode);
    expect([...statuses]).toEqual([200]);
    await worker.close({ graceMs: 1_000 });
    const dead = await get('/health/live');
    expect([dead.statusCode, dead.json().error.code]).toEqual([503, 'unavailable']);
  });

  test('says to who finds nothing that the corpus is empty', async () => {
    const { sources, post } = await api(noServers);
    const made = await post('/v1/corpora', {
      name: 'handbook',
      path: join(sources, 'handbook'),
      language: 'en',
    });
    expect(made.statusCode).toBe(201);
    const notes = ['handbook is empty: winnow ingest handbook'];
    const query = { corpus: 'handbook', query: 'coffee' };
    expect((await post('/v1/search', query)).json()).toMatchObject({ hits: [], notes });
    expect((await post('/v1/answer', query)).json()).toMatchObject({ abstained: true, notes });
    const streamed = await post('/v1/answer', query, { accept: 'text/event-stream' });
    expect(streamed.body).toContain(notes[0]);
  });

  test('makes a corpus of several sources, all of them within the source roots', async () => {
    const { folder, sources, post } = await api(noServers);
    const named = [
      { path: join(sources, 'handbook', 'people'), name: 'people' },
      { path: join(sources, 'handbook', 'operations') },
    ];
    const made = await post('/v1/corpora', {
      name: 'both',
      sources: named,
      language: 'en',
      deletionGuard: { share: 0.5 },
    });
    expect(made.json()).toMatchObject({
      sources: [{ sourceId: 'people' }, { sourceId: 'operations' }],
      deletionGuard: { documents: 10, share: 0.5 },
    });
    const outside = [...named, { path: join(folder, 'private') }];
    expect((await post('/v1/corpora', { name: 'x', sources: outside })).statusCode).toBe(400);
    expect((await post('/v1/corpora', { name: 'x' })).json().error.message).toContain('`path` or `sources`');
  });
});
