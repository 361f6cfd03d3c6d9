import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContentChange, CorpusSource, DocumentId, SourceId, SourceSettings } from '@winnow/core';
import { pushDocuments, startRun } from '@winnow/ingestion';
import {
  createSites,
  createSource,
  createTables,
  parsePostgresAddress,
  parseS3Address,
  parseSiteAddress,
} from '@winnow/sources';
import { postgresServer, s3Server, uniquePrefix } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openLocalBench } from '../../packages/ingestion/src/testing/local-bench.ts';
import { openDatabase } from '../../packages/sources/src/postgres/test-database.ts';
import { openBucket } from '../../packages/sources/src/s3/test-bucket.ts';

const { signal } = new AbortController();
const s3 = await s3Server();
const postgres = await postgresServer();
const missing = 'missing' in s3 || 'missing' in postgres;

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('PGUSER', 'winnow');
});
afterEach(() => void vi.unstubAllEnvs());

/** A source with the documents `one`, `two` and `three`, and what a test does to it. */
interface Held {
  readonly settings: SourceSettings;
  /** What an id has besides the document's name. */
  readonly id: (name: string) => string;
  put(name: string, text: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
  /** Makes it unreachable. @returns what brings it back. */
  cut(): Promise<() => Promise<unknown>>;
}

async function folder(): Promise<Held> {
  const parent = await mkdtemp(join(tmpdir(), 'winnow-five-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  const [path, away] = [await mkdtemp(join(parent, 'docs-')), join(parent, 'away')];
  return {
    settings: { kind: 'folder', path, include: ['**/*'], exclude: [] },
    id: (name) => `folder:${name}.md`,
    put: (name, text) => writeFile(join(path, `${name}.md`), text),
    remove: (name) => rm(join(path, `${name}.md`)),
    async cut() {
      await rename(path, away);
      return () => rename(away, path);
    },
  };
}

async function bucket(url: string) {
  const name = uniquePrefix();
  const opened = await openBucket(url, name);
  onTestFinished(() => opened.close());
  const held: Held = {
    settings: { kind: 's3', ...parseS3Address(`s3://${name}/docs`), include: ['**/*'], exclude: [] },
    id: (each) => `bucket:${each}.md`,
    put: (each, text) => opened.put(`docs/${each}.md`, text),
    remove: (each) => opened.remove(`docs/${each}.md`),
    async cut() {
      opened.intercept((_, response) => {
        response.writeHead(503).end();
        return true;
      });
      return async () => opened.intercept(() => false);
    },
  };
  return { held, endpoint: opened.endpoint };
}

async function site() {
  const pages = new Map<string, { readonly text: string; readonly change: number }>();
  let changes = 0;
  let isAway = false;
  const server = createServer((incoming, response) => {
    const page = pages.get(incoming.url?.slice(1) ?? '');
    const dated = [...pages].map(
      ([name, { change }]) =>
        `<url><loc>${base}/${name}</loc><lastmod>${new Date(change * 86_400_000).toISOString()}</lastmod></url>`,
    );
    const answers: Readonly<Record<string, string>> = {
      '/sitemap.xml': `<sitemapindex><sitemap><loc>${base}/pages.xml</loc></sitemap></sitemapindex>`,
      // Where the first one does not answer either, the run waits, as for the other sources.
      ...(!isAway && { '/pages.xml': `<urlset>${dated.join('')}</urlset>` }),
    };
    const body = answers[incoming.url ?? ''] ?? page?.text;
    const status = body !== undefined ? 200 : incoming.url === '/pages.xml' ? 503 : 404;
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = `http://${host}`;
  const held: Held = {
    settings: { ...parseSiteAddress(`${base}/sitemap.xml`) },
    id: (name) => `site:${base}/${name}`,
    async put(name, text) {
      changes += 1;
      pages.set(name, { text, change: changes });
    },
    remove: async (name) => pages.delete(name),
    async cut() {
      isAway = true;
      return async () => {
        isAway = false;
      };
    },
  };
  return { held, openSite: createSites({ allowedHosts: [host], pauseMs: 0 }) };
}

async function table(url: string): Promise<Held> {
  const name = uniquePrefix();
  const database = await openDatabase(url, name);
  // From another one: no database may be closed to its own connections.
  const beside = await openDatabase(url, `${name}b`);
  onTestFinished(async () => {
    await Promise.all([database.close(), beside.close()]);
  });
  await database.run('CREATE TABLE docs (id text PRIMARY KEY, text text)');
  return {
    settings: { ...parsePostgresAddress(database.address('docs')), fields: {} },
    id: (each) => `table:${each}`,
    put: (each, text) =>
      database.run(
        `INSERT INTO docs VALUES ('${each}', '${text}') ON CONFLICT (id) DO UPDATE SET text = '${text}'`,
      ),
    remove: (each) => database.run(`DELETE FROM docs WHERE id = '${each}'`),
    async cut() {
      await beside.run(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await database.endOthers();
      return () => beside.run(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    },
  };
}

/** A corpus out of all of them, with a process that ingests it. */
async function corpusOfFive() {
  if ('missing' in s3 || 'missing' in postgres) throw new Error('a server is missing');
  const bench = await openLocalBench(0);
  onTestFinished(() => bench.close());
  const [files, objects, pages, rows] = [
    await folder(),
    await bucket(s3.url),
    await site(),
    await table(postgres.url),
  ];
  const listed: Readonly<Record<string, Held>> = {
    folder: files,
    bucket: objects.held,
    site: pages.held,
    table: rows,
  };
  const sources: CorpusSource[] = [
    ...Object.entries(listed).map(([name, { settings }]) => ({
      sourceId: name as SourceId,
      prefix: `${name}:`,
      settings,
    })),
    { sourceId: 'push' as SourceId, prefix: '', settings: { kind: 'push', place: 'five' } },
  ];
  const corpus = await bench.store.corpora.update(bench.corpus, (current) => ({ ...current, sources }));
  const [openSite, openTable] = [pages.openSite, createTables()];
  const options = { endpoint: objects.endpoint, region: null, pathStyle: true };
  const process = await bench.boot((ports) => ({
    ...ports,
    openSource: (settings) =>
      createSource(settings, { contents: bench.store.contents, s3: options, openSite, openTable }),
  }));
  const ports = {
    ...process.ports,
    openSource: (settings: SourceSettings) => createSource(settings, { contents: bench.store.contents }),
  };
  const push = async (name: string, text: string | null) => {
    const content =
      text === null
        ? null
        : { content: Buffer.from(text), mediaType: 'text/plain', title: null, metadata: {} };
    const documentId = name as DocumentId;
    const change: ContentChange = { documentId, content, version: null, idempotencyKey: null };
    const [pushed] = await pushDocuments(ports, corpus, [change], signal);
    return pushed?.outcome;
  };
  const textsOf = async () =>
    Object.fromEntries((await bench.indexed()).map(({ documentId, text }) => [documentId, text]));
  return { bench, corpus, process, listed, push, textsOf };
}

describe.skipIf(missing)('one corpus out of a folder, a bucket, a site, a table and what is pushed', () => {
  test('follows each of them, and takes nothing for gone while one after the other cannot be reached', async () => {
    const { bench, corpus, process, listed, push, textsOf } = await corpusOfFive();
    const expected: Record<string, string> = {};
    const put = async (name: string, document: string, text: string) => {
      const held = listed[name];
      await (held === undefined ? push(document, text) : held.put(document, text));
      expected[held?.id(document) ?? document] = text;
    };
    const remove = async (name: string, document: string) => {
      const held = listed[name];
      await (held === undefined ? push(document, null) : held.remove(document));
      delete expected[held?.id(document) ?? document];
    };
    const names = [...Object.keys(listed), 'push'];
    const untilFound = () => vi.waitFor(async () => expect(await textsOf()).toEqual(expected), 30_000);

    for (const name of names) {
      for (const document of ['one', 'two', 'three']) await put(name, document, `${document} of ${name}`);
    }
    expect((await process.ingest()).run.state).toBe('completed');
    await untilFound();

    for (const name of names) {
      await put(name, 'one', `one of ${name}, changed`);
      await remove(name, 'two');
    }
    const second = await process.ingest();
    expect(second.run).toMatchObject({ state: 'completed', changes: { changed: 4, deleted: 4 } });
    await untilFound();

    for (const [at, [name, held]] of Object.entries(listed).entries()) {
      const before = { ...expected };
      // News at each of the others, something that goes, and what is pushed meanwhile.
      for (const other of Object.keys(listed).filter((each) => each !== name)) {
        await put(other, 'one', `one of ${other}, without ${name}`);
        await put(other, `extra-${at}`, `extra of ${other}, without ${name}`);
      }
      const going = name === 'folder' ? 'table' : 'folder';
      await remove(going, at <= 1 ? 'three' : `extra-${at - 1}`);
      const bringBack = await held.cut();
      const { run } = await startRun(process.ports, corpus.name);
      if (name === 'site') {
        // A sitemap within one that does not answer is a place that was not looked into: all else goes on.
        const { run: ended } = await process.untilEnded(run.runId);
        expect(ended.plan.uncovered.map(({ sourceId }) => sourceId)).toEqual(['site']);
      } else {
        await bench.untilRun(run.runId, ({ waiting }) => waiting?.reason === 'source_away');
        const found = await textsOf();
        for (const [id, text] of Object.entries(before)) {
          if (id.startsWith(`${name}:`)) expect(found[id]).toBe(text);
          else expect(Object.keys(found)).toContain(id);
        }
      }
      await put('push', 'one', `pushed while ${name} was away`);
      await vi.waitFor(async () => expect((await textsOf()).one).toBe(expected.one), 30_000);
      await bringBack();
      expect((await process.untilEnded(run.runId)).run).toMatchObject({
        state: 'completed',
        changes: { deleted: 1 },
      });
      await untilFound();
    }

    const last = await process.ingest();
    expect(last.run).toMatchObject({ state: 'completed', changes: { new: 0, changed: 0, deleted: 0 } });
  });
});
