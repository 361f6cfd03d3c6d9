import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceSettings } from '@winnow/core';
import { parsePostgresAddress, parseS3Address, parseSiteAddress } from '@winnow/sources';
import { archiveOf, uniquePrefix } from '@winnow/testkit';
import { openDatabase } from '../../packages/sources/src/postgres/test-database.ts';
import { openBucket } from '../../packages/sources/src/s3/test-bucket.ts';

/** A source, empty at first, and what a test does to it. */
export interface Held {
  readonly settings: SourceSettings;
  idOf(name: string): string;
  put(name: string, text: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
  /** Makes it unreachable. @returns what brings it back. */
  cut(): Promise<() => Promise<unknown>>;
  close(): Promise<unknown>;
}

/** One on a server that counts what documents are asked for. */
interface Served {
  readonly held: Held;
  asked(): number;
}

/** Markdown files. */
export async function heldFolder(): Promise<Held> {
  const parent = await mkdtemp(join(tmpdir(), 'winnow-five-'));
  const [path, away] = [await mkdtemp(join(parent, 'docs-')), join(parent, 'away')];
  return {
    settings: { kind: 'folder', path, include: ['**/*'], exclude: [] },
    idOf: (name) => `${name}.md`,
    put: (name, text) => writeFile(join(path, `${name}.md`), text),
    remove: (name) => rm(join(path, `${name}.md`)),
    async cut() {
      await rename(path, away);
      return () => rename(away, path);
    },
    close: () => rm(parent, { recursive: true }),
  };
}

/** Files in an archive in a folder. */
export async function heldArchive(): Promise<Held> {
  const parent = await mkdtemp(join(tmpdir(), 'winnow-held-'));
  const [path, away] = [await mkdtemp(join(parent, 'docs-')), join(parent, 'away')];
  return {
    settings: { kind: 'folder', path, include: ['**/*'], exclude: [] },
    ...heldInArchive((archive) => writeFile(join(path, 'all.zip'), archive)),
    async cut() {
      await rename(path, away);
      return () => rename(away, path);
    },
    close: () => rm(parent, { recursive: true }),
  };
}

/** Objects of the real server, behind a door. */
export async function heldBucket(url: string): Promise<
  Served & {
    readonly endpoint: string;
    putObject(name: string, content: string | Uint8Array): Promise<unknown>;
  }
> {
  const name = uniquePrefix();
  const opened = await openBucket(url, name);
  const putObject = (each: string, content: string | Uint8Array) => opened.put(`docs/${each}`, content);
  const held: Held = {
    settings: { kind: 's3', ...parseS3Address(`s3://${name}/docs`), include: ['**/*'], exclude: [] },
    idOf: (each) => `${each}.md`,
    put: (each, text) => putObject(`${each}.md`, text),
    remove: (each) => opened.remove(`docs/${each}.md`),
    async cut() {
      opened.intercept((_, response) => {
        response.writeHead(503).end();
        return true;
      });
      return async () => opened.intercept(() => false);
    },
    close: () => opened.close(),
  };
  const asked = () => opened.passed.filter((each) => each === 'GET object').length;
  return { held, endpoint: opened.endpoint, asked, putObject };
}

/** Files in an archive in a bucket. */
export async function heldBucketArchive(url: string): Promise<Served & { readonly endpoint: string }> {
  const { held, putObject, ...served } = await heldBucket(url);
  return { ...served, held: { ...held, ...heldInArchive((archive) => putObject('all.zip', archive)) } };
}

/** Documents that are files of an archive, which is written anew with each change. */
function heldInArchive(write: (archive: Buffer) => Promise<unknown>): Pick<Held, 'idOf' | 'put' | 'remove'> {
  const files = new Map<string, string>();
  const rewrite = () => write(archiveOf(Object.fromEntries(files)));
  return {
    idOf: (name) => `all.zip/${name}.md`,
    async put(name, text) {
      files.set(`${name}.md`, text);
      await rewrite();
    },
    async remove(name) {
      files.delete(`${name}.md`);
      await rewrite();
    },
  };
}

/**
 * Pages on this machine, named by a sitemap within a sitemap.
 * @param reach of a cut: the sitemap within, or all of the site.
 */
export async function heldSite(reach: 'sitemap' | 'all'): Promise<Served & { readonly host: string }> {
  const pages = new Map<string, { readonly text: string; readonly change: number }>();
  let changes = 0;
  let isAway = false;
  let pagesAsked = 0;
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? '';
    const dated = [...pages].map(
      ([name, { change }]) =>
        `<url><loc>${idOf(name)}</loc><lastmod>${new Date(change * 86_400_000).toISOString()}</lastmod></url>`,
    );
    const lists: Readonly<Record<string, string>> = {
      '/sitemap.xml': `<sitemapindex><sitemap><loc>${base}/pages.xml</loc></sitemap></sitemapindex>`,
      '/pages.xml': `<urlset>${dated.join('')}</urlset>`,
    };
    const page = pages.get(decodeURIComponent(path.slice(1)));
    if (page !== undefined) pagesAsked += 1;
    const body = lists[path] ?? page?.text;
    const isCut = isAway && (reach === 'all' || path === '/pages.xml');
    response.writeHead(isCut ? 503 : body === undefined ? 404 : 200, { 'content-type': 'text/plain' });
    response.end(isCut || incoming.method === 'HEAD' ? '' : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = `http://${host}`;
  const idOf = (name: string) => `${base}/${encodeURIComponent(name)}`;
  const held: Held = {
    settings: { ...parseSiteAddress(`${base}/sitemap.xml`) },
    idOf,
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
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return { held, host, asked: () => pagesAsked };
}

/** Rows of the real server. */
export async function heldTable(url: string): Promise<Held> {
  const name = uniquePrefix();
  const database = await openDatabase(url, name);
  // From another one: no database may be closed to its own connections.
  const beside = await openDatabase(url, `${name}b`);
  await database.run('CREATE TABLE docs (id text PRIMARY KEY, text text)');
  return {
    settings: { ...parsePostgresAddress(database.address('docs')), fields: {} },
    idOf: (each) => each,
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
    close: () => Promise.all([database.close(), beside.close()]),
  };
}

/** Records of one file. */
export async function heldRecords(kind: 'jsonl' | 'csv'): Promise<Held> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-held-'));
  const [path, away] = [join(folder, `records.${kind}`), join(folder, 'away')];
  const records = new Map<string, string>();
  const write = () => {
    const lines = [...records].map(([id, text]) =>
      kind === 'jsonl' ? JSON.stringify({ id, text }) : `"${id}","${text}"`,
    );
    return writeFile(path, [...(kind === 'csv' ? ['id,text'] : []), ...lines, ''].join('\n'));
  };
  return {
    settings: { kind, path, fields: {} },
    idOf: (name) => name,
    async put(name, text) {
      records.set(name, text);
      await write();
    },
    async remove(name) {
      records.delete(name);
      await write();
    },
    async cut() {
      await rename(path, away);
      return () => rename(away, path);
    },
    close: () => rm(folder, { recursive: true }),
  };
}
