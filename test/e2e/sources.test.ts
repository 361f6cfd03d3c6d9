import { join } from 'node:path';
import { orderMail } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { api, noServers } from '../harness/api.ts';
import { writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { until } from '../harness/until.ts';

const zebra = '# Harbour\n\nThe zebra crossing at the harbour was repainted on Monday.\n';
const falcon = '# Tower\n\nThe falcon nests on the old water tower.\n';

const plainMail = ['From: a@example.com', 'Subject: Lunch', '', 'Is the canteen open on Friday?'].join(
  '\r\n',
);
async function handbookCorpus(servers: Readonly<Record<string, string>>) {
  const opened = await api(servers);
  const { server, sources, engine, post, get } = opened;
  await writeFiles(join(sources, 'more'), { 'tower.md': falcon });
  const path = join(sources, 'handbook');
  expect((await post('/v1/corpora', { name: 'docs', path, language: 'en' })).statusCode).toBe(201);
  const url = '/v1/corpora/docs/sources';
  const ingest = async () => {
    const { run } = (await post('/v1/runs', { corpus: 'docs' })).json<{ run: string }>();
    const ended = await until(
      'the run has ended',
      () => engine.runs.show(run),
      ({ state }) => state === 'completed',
    );
    const { new: added, unchanged, deleted } = ended.documents;
    return { new: added, unchanged, deleted };
  };
  const listed = async () =>
    (await get(url))
      .json<{ sources: { sourceId: string; removedAt: string | null }[] }>()
      .sources.map(({ sourceId, removedAt }) => (removedAt === null ? sourceId : `${sourceId} (removed)`));
  const remove = (source: string) => server.inject({ method: 'DELETE', url: `${url}/${source}` });
  const put = (content: string) =>
    server.inject({
      method: 'PUT',
      url: '/v1/corpora/docs/documents/harbour.md?wait=searchable',
      headers: { 'content-type': 'text/markdown' },
      payload: content,
    });
  return { ...opened, url, ingest, listed, remove, put };
}

describe.each([
  ['embedded', () => noServers],
  ['full', fullMode],
])('sources of a corpus, in %s mode', (_mode, servers) => {
  test('are added and removed; documents go with the next run, and what was pushed is forgotten with them', async () => {
    const { url, sources, engine, post, ingest, listed, remove, put } = await handbookCorpus(servers());
    expect(await ingest()).toEqual({ new: 5, unchanged: 0, deleted: 0 });
    const added = await post(url, { path: join(sources, 'more') });
    expect([added.statusCode, added.json()]).toMatchObject([
      201,
      { sourceId: 'more', kind: 'folder', prefix: 'more:', removedAt: null, isBack: false },
    ]);
    expect((await post(url, { path: 'push:' })).json()).toMatchObject({ sourceId: 'push', prefix: '' });
    expect(await ingest()).toEqual({ new: 1, unchanged: 5, deleted: 0 });
    expect((await put(zebra)).json()).toMatchObject({ state: 'live' });

    expect((await remove('push')).json()).toMatchObject({ removedAt: expect.any(String) });
    expect((await put(falcon)).statusCode).toBe(409);
    expect((await post(url, { path: 'push:' })).json()).toMatchObject({ isBack: true });
    expect(await ingest()).toEqual({ new: 0, unchanged: 7, deleted: 0 });

    expect((await remove('push')).statusCode).toBe(200);
    expect((await remove('more')).statusCode).toBe(200);
    expect(await listed()).toEqual(['main', 'push (removed)', 'more (removed)']);
    const { signal } = new AbortController();
    expect((await engine.runs.plan('docs', {}, signal)).deletions.count).toBe(2);
    expect(await ingest()).toEqual({ new: 0, unchanged: 5, deleted: 2 });
    expect(await listed()).toEqual(['main']);

    await post(url, { path: 'push:' });
    expect(await ingest()).toEqual({ new: 0, unchanged: 5, deleted: 0 });
    expect((await put(zebra)).json()).toMatchObject({ state: 'live', outcome: 'kept' });
  });

  test('have attachments of mails as documents or as parts of them, whichever is chosen later', async () => {
    const { url, sources, engine, server, ingest, post } = await handbookCorpus(servers());
    await writeFiles(join(sources, 'handbook'), {
      'order.eml': orderMail('We need forty gaskets of cork for the pump house.'),
      'plain.eml': plainMail,
    });
    expect(await ingest()).toEqual({ new: 8, unchanged: 0, deleted: 0 });
    const choose = (mailAttachments: string, source = 'main') =>
      server.inject({ method: 'PATCH', url: `${url}/${source}`, payload: { mailAttachments } });
    const planned = async () => {
      const { documents } = await engine.runs.plan('docs', {}, new AbortController().signal);
      return documents;
    };
    expect((await choose('parts')).json()).toMatchObject({ sourceId: 'main', mailAttachments: 'parts' });
    expect(await planned()).toMatchObject({ new: 0, changed: 1, unchanged: 6, deleted: 1 });
    expect(await ingest()).toEqual({ new: 0, unchanged: 6, deleted: 1 });
    const { hits } = (await post('/v1/search', { corpus: 'docs', query: 'gaskets of cork', k: 1 })).json<{
      hits: { documentId: string }[];
    }>();
    expect(hits).toMatchObject([{ documentId: 'order.eml' }]);
    expect((await choose('documents')).statusCode).toBe(200);
    expect(await planned()).toMatchObject({ new: 1, changed: 1, unchanged: 6, deleted: 0 });
    expect(await ingest()).toEqual({ new: 1, unchanged: 6, deleted: 0 });
    expect((await choose('documents')).statusCode).toBe(200);
    expect(await ingest()).toEqual({ new: 0, unchanged: 8, deleted: 0 });

    expect((await choose('parts', 'other')).statusCode).toBe(404);
    await post(url, { path: 'push:' });
    expect((await choose('parts', 'push')).statusCode).toBe(400);
    expect((await choose('nothing')).statusCode).toBe(400);
  });

  test('come with an archive, whatever their kind, and removed ones too', async () => {
    const { folder, url, sources, engine, post, ingest, put, remove } = await handbookCorpus(servers());
    await post(url, { path: 'push:' });
    await post(url, { path: join(sources, 'more') });
    await ingest();
    await put(zebra);
    await remove('more');
    const { signal } = new AbortController();
    const archive = join(folder, 'docs.winnow');
    await engine.archives.write('docs', archive, {}, signal);
    await engine.archives.restore(archive, { as: 'again' }, signal);
    await engine.corpora.delete('docs');
    const kept = (await engine.sources.list('again')).map(({ sourceId }) => sourceId);
    expect(kept).toEqual(['main', 'push', 'more']);
    const { deletions, documents } = await engine.runs.plan('again', {}, signal);
    expect([deletions.count, documents.unchanged]).toEqual([1, 5]);
  });
});

test('sources over HTTP are within the source roots, and are refused where they cannot be', async () => {
  const { folder, url, sources, server, post, remove } = await handbookCorpus(noServers);
  const outside = await post(url, { path: join(folder, 'private') });
  expect([outside.statusCode, outside.json().error.message]).toEqual([
    400,
    expect.stringContaining('WINNOW_SOURCE_ROOTS'),
  ]);
  expect((await post(url, { path: join(sources, 'more'), name: 'main' })).statusCode).toBe(400);
  expect((await post(url, { path: join(sources, 'more'), name: 'no name' })).statusCode).toBe(400);
  expect((await remove('main')).statusCode).toBe(409);
  expect((await remove('absent')).statusCode).toBe(404);
  const absent = await server.inject({ method: 'GET', url: '/v1/corpora/absent/sources' });
  expect(absent.statusCode).toBe(404);
});
