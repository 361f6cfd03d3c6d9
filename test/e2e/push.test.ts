import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { api, noServers } from '../harness/api.ts';
import { manyDocuments, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { until } from '../harness/until.ts';

const zebra = 'The zebra crossing at the harbour was repainted on Monday.';
const falcon = 'The falcon nests on the old water tower.';

async function pushing(servers: Readonly<Record<string, string>>) {
  const { server, ...rest } = await api(servers);
  const made = await rest.post('/v1/corpora', { name: 'inbox', path: 'push:', language: 'en' });
  expect(made.statusCode).toBe(201);
  const url = (id: string) => `/v1/corpora/inbox/documents/${encodeURIComponent(id)}`;
  const put = (id: string, body: string | object, { query = '', headers = {} } = {}) =>
    server.inject({
      method: 'PUT',
      url: `${url(id)}${query}`,
      headers: {
        'content-type': typeof body === 'string' ? 'text/markdown' : 'application/json',
        ...headers,
      },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const remove = (id: string, query = '') => server.inject({ method: 'DELETE', url: `${url(id)}${query}` });
  const bulk = async (lines: readonly (object | string)[]) => {
    const answered = await server.inject({
      method: 'POST',
      url: '/v1/corpora/inbox/documents',
      headers: { 'content-type': 'application/x-ndjson' },
      payload: lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    });
    return answered.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const found = async (query: string) => {
    const answer = await rest.post('/v1/search', { corpus: 'inbox', query, k: 3 });
    return answer.json<{ hits: { documentId: string; text: string; title: string }[] }>().hits;
  };
  const idle = () =>
    until(
      'nothing is pending',
      async () => (await rest.get('/v1/corpora/inbox')).json<{ pending: number }>(),
      ({ pending }) => pending === 0,
    );
  return { ...rest, server, url, put, remove, bulk, found, idle };
}

describe.each([
  ['embedded', () => noServers],
  ['full', fullMode],
])('documents that are pushed, in %s mode', (_mode, servers) => {
  test('can be found, changed and deleted; an older version, and a request that is made twice, change nothing', async () => {
    const { put, remove, found, get, url } = await pushing(servers());
    const accepted = await put('notes/a.md', `# Harbour\n\n${zebra}`, { query: '?version=2' });
    expect(accepted.statusCode).toBe(202);
    expect(accepted.json()).toMatchObject({ documentId: 'notes/a.md', outcome: 'kept', revision: 1 });
    const awaited = await put('notes/a.md', `# Harbour\n\n${zebra}`, { query: '?version=2&wait=searchable' });
    expect([awaited.statusCode, awaited.json().state]).toEqual([200, 'live']);
    expect((await found('zebra crossing'))[0]).toMatchObject({ documentId: 'notes/a.md', title: 'Harbour' });

    const older = await put('notes/a.md', falcon, { query: '?version=1' });
    expect([older.statusCode, older.json().error.code]).toEqual([409, 'failed_precondition']);
    const key = { 'idempotency-key': 'k-1' };
    const record = { title: 'Tower', text: falcon, metadata: { floor: 3 } };
    const tower = await put('b', record, { headers: key, query: '?wait=searchable' });
    expect(tower.json()).toMatchObject({ state: 'live', outcome: 'kept' });
    await put('b', { title: 'Tower', text: zebra }, { query: '?wait=searchable' });
    expect((await put('b', record, { headers: key })).json()).toMatchObject({ outcome: 'repeated' });
    expect((await put('b', 'other', { headers: key })).statusCode).toBe(422);
    expect(await found('falcon nests water tower')).not.toContainEqual(
      expect.objectContaining({ text: falcon }),
    );

    const gone = await remove('notes/a.md', '?version=3');
    expect([gone.statusCode, gone.json().state]).toEqual([200, 'deleted']);
    expect((await put('notes/a.md', zebra, { query: '?version=2' })).statusCode).toBe(409);
    expect((await found('zebra crossing')).map(({ documentId }) => documentId)).not.toContain('notes/a.md');
    expect((await get(url('notes/a.md'))).json()).toMatchObject({ state: 'deleted' });
    expect((await remove('never-there')).statusCode).toBe(200);
  });

  test('in bulk each line is answered for by itself, and a bad one keeps no other out', async () => {
    const { bulk, found, idle } = await pushing(servers());
    const answers = await bulk([
      { _id: 'a', title: 'A', text: zebra, year: 2_024 },
      'not json',
      { text: 'no id' },
      { _id: 'b', _content: Buffer.from(`# B\n\n${falcon}`).toString('base64'), _type: 'text/markdown' },
      { _id: 'a', _delete: true, _version: 'x' },
      { _id: 'c', text: 'soon gone', _version: 4 },
      { _id: 'c', _delete: true, _version: 5 },
      { _id: 'c', text: 'late', _version: 4 },
      { _id: 'a', title: 'A', text: zebra, year: 2_024 },
    ]);
    expect(answers.map(({ line, documentId, outcome }) => [line, documentId, outcome])).toEqual([
      [1, 'a', 'kept'],
      [2, null, 'malformed'],
      [3, null, 'malformed'],
      [4, 'b', 'kept'],
      [5, 'a', 'malformed'],
      [6, 'c', 'kept'],
      [7, 'c', 'kept'],
      [8, 'c', 'older'],
      [9, 'a', 'same'],
    ]);
    expect(JSON.stringify(answers)).not.toContain('not json');
    await idle();
    expect((await found('falcon nests'))[0]).toMatchObject({ documentId: 'b', title: 'B' });
    expect((await found('soon gone late')).map(({ documentId }) => documentId)).not.toContain('c');
  });

  test('are found while an import is under way, and an ingest leaves them as they are', async () => {
    const { put, post, get, engine, sources, found, idle } = await pushing(servers());
    await writeFiles(join(sources, 'many'), manyDocuments(30));
    await engine.corpora.delete('inbox');
    const both = [{ path: join(sources, 'many'), name: 'many' }, { path: 'push:' }];
    expect((await post('/v1/corpora', { name: 'inbox', sources: both, language: 'en' })).statusCode).toBe(
      201,
    );
    const { run } = (await post('/v1/runs', { corpus: 'inbox' })).json<{ run: string }>();
    const pushed = await put('a', zebra, { query: '?wait=searchable' });
    expect(pushed.json()).toMatchObject({ state: 'live' });
    const during = (await get(`/v1/runs/${run}`)).json<{ state: string }>();
    expect(['planning', 'running']).toContain(during.state);
    expect((await found('zebra crossing harbour'))[0]?.documentId).toBe('a');
    const ended = () => get(`/v1/runs/${run}`).then((answer) => answer.json<{ state: string }>());
    await until('the import has ended', ended, ({ state }) => state === 'completed');
    await idle();
    const again = (await post('/v1/runs', { corpus: 'inbox' })).json<{ run: string }>();
    const second = await until(
      'the second import has ended',
      async () =>
        (await get(`/v1/runs/${again.run}`)).json<{ state: string; documents: Record<string, number> }>(),
      ({ state }) => state === 'completed',
    );
    expect(second.documents).toMatchObject({ new: 0, changed: 0, unchanged: 31, deleted: 0 });
    const taken = await put('many:unit-001.md', zebra);
    expect([200, 202, 409]).toContain(taken.statusCode);
  });

  test('are read again from what was kept when another generation is built', async () => {
    const { put, remove, engine, found } = await pushing(servers());
    await put('a.md', `# Harbour\n\n${zebra}`, { query: '?wait=searchable' });
    await put('b.md', `# Tower\n\n${falcon}`, { query: '?wait=searchable' });
    await remove('b.md');
    const { signal } = new AbortController();
    const { run } = await engine.generations.reindex('inbox', { chunkTokens: 64 }, {});
    await until(
      'the build has ended',
      () => engine.runs.show(run),
      ({ state }) => state === 'completed',
    );
    await engine.generations.promote('inbox', { forced: 'test' }, signal);
    expect((await found('zebra crossing'))[0]).toMatchObject({ documentId: 'a.md', title: 'Harbour' });
    const later = await put('c.md', falcon, { query: '?wait=searchable' });
    expect(later.json()).toMatchObject({ state: 'live' });
  });
});

test('documents are pushed to a corpus that has a place for them, and to no other', async () => {
  const { put, post, sources, server } = await pushing(noServers);
  await post('/v1/corpora', { name: 'handbook', path: join(sources, 'handbook') });
  const refused = await server.inject({
    method: 'PUT',
    url: '/v1/corpora/handbook/documents/a',
    headers: { 'content-type': 'text/plain' },
    payload: 'text',
  });
  expect([refused.statusCode, refused.json().error.message]).toEqual([409, expect.stringContaining('push:')]);
  expect((await put('x'.repeat(1_025), 'text')).statusCode).toBe(400);
  expect((await put('a', { title: 'no text' })).statusCode).toBe(400);
  const page = await server.inject({
    method: 'POST',
    url: '/v1/corpora/inbox/documents',
    headers: { 'content-type': 'text/plain' },
    payload: '{"_id":"a","text":"b"}\n',
  });
  expect(page.statusCode).toBe(415);
});

test('fields of what is pushed are those that the source names', async () => {
  const { server, post, get } = await api(noServers);
  const fields = { id: 'sku', title: 'name', text: ['description', 'care'] };
  const made = await post('/v1/corpora', { name: 'shop', path: 'push:', language: 'en', fields });
  expect(made.statusCode).toBe(201);
  const lines = await server.inject({
    method: 'POST',
    url: '/v1/corpora/shop/documents',
    headers: { 'content-type': 'application/x-ndjson' },
    payload: '{"sku":7,"name":"Nut","description":"A wing nut.","care":"Oil it.","price":3}\n{"id":"8"}\n',
  });
  const [first, second] = lines.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({ documentId: '7', outcome: 'kept' });
  expect(second).toMatchObject({ outcome: 'malformed', message: expect.stringContaining('sku') });
  const body = await server.inject({
    method: 'PUT',
    url: '/v1/corpora/shop/documents/8?wait=searchable',
    headers: { 'content-type': 'application/json' },
    payload: '{"name":"Bolt","description":"A carriage bolt.","price":4}',
  });
  expect(body.json()).toMatchObject({ documentId: '8', state: 'live' });
  const shown = await get('/v1/corpora/shop/documents/8');
  expect(shown.json()).toMatchObject({ title: 'Bolt' });
});
