import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { DocumentId, SourceLocation } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { itemsOf, readItems, scanAll, scanInSlices, uncoveredIn } from '../test-scan.ts';
import { parseSiteAddress } from './site-address.ts';
import type { SiteSettings } from './site-listing.ts';
import { createSites, type OpenSite } from './site-source.ts';

const { signal } = new AbortController();

interface Page {
  readonly body?: string | Uint8Array;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

let server: Server;
let base: string;
let pages: Map<string, Page>;
let asked: string[];
let open: OpenSite;
beforeEach(async () => {
  pages = new Map();
  asked = [];
  server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { body = '', status = 200, headers = {} } = pages.get(incoming.url ?? '') ?? { status: 404 };
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end(incoming.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  open = createSites({ allowedHosts: [`127.0.0.1:${port}`], pauseMs: 0 });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const siteAt = (path: string, more: Partial<SiteSettings> = {}) =>
  open({ ...parseSiteAddress(`${base}${path}`), ...more });
const pathsOf = (items: readonly { documentId: string }[]) =>
  items.map(({ documentId }) => documentId.slice(base.length));
const page = (body: string, head = ''): Page => ({
  body: `<html><head>${head}</head><body>${body}</body></html>`,
});
const urls = (...entries: readonly string[]) =>
  `<urlset>${entries.map((each) => `<url>${each}</url>`).join('')}</urlset>`;

function putSitemaps() {
  const sitemap = (path: string) => `<sitemap><loc>${base}${path}</loc></sitemap>`;
  pages.set('/robots.txt', { body: 'User-agent: *\nDisallow: /private/\n' });
  pages.set('/sitemap.xml', {
    body: `<sitemapindex>${sitemap('/one.xml.gz')}${sitemap('/two.xml')}</sitemapindex>`,
  });
  const dated = `<loc>${base}/a.html</loc><lastmod>2026-01-01</lastmod>`;
  pages.set('/one.xml.gz', {
    body: gzipSync(urls(dated, `<loc>${base}/b.html</loc>`, '<loc>http://other.example/</loc>')),
  });
  pages.set('/two.xml', { body: urls(`<loc>${base}/private/p.html</loc>`, `<loc>${base}/gone.html</loc>`) });
  pages.set('/a.html', page('A'));
  pages.set('/b.html', { ...page('B'), headers: { etag: '"b1"' } });
  pages.set('/private/p.html', page('P'));
}

describe('a site by its sitemap', () => {
  test('lists what an index of packed and plain sitemaps names, of its own host, where robots.txt lets it', async () => {
    putSitemaps();
    const source = siteAt('/sitemap.xml');
    const events = await scanAll(source);
    const items = itemsOf(events);
    expect(pathsOf(items)).toEqual(['/a.html', '/b.html']);
    expect(uncoveredIn(events)).toMatchObject([{ prefix: `${base}/private/p.html` }]);
    const read = await readItems(source, items);
    for (const [at, item] of items.entries()) {
      expect(item).toMatchObject({ contentHash: read[at]?.contentHash });
    }
    await expect(source.read(`${base}/private/p.html` as DocumentId, {}, signal)).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    expect(asked).not.toContain('GET /private/p.html');
  });

  test('reads no page to find out what has changed, where sitemap or server say so', async () => {
    putSitemaps();
    const first = itemsOf(await scanAll(siteAt('/sitemap.xml')));
    asked.length = 0;
    expect(itemsOf(await scanAll(siteAt('/sitemap.xml')))).toEqual(first);
    expect(asked.filter((each) => each.includes('.html'))).toEqual(['HEAD /b.html', 'HEAD /gone.html']);
    pages.set('/b.html', { ...page('B2'), headers: { etag: '"b2"' } });
    const [a, b] = itemsOf(await scanAll(siteAt('/sitemap.xml')));
    expect(a).toEqual(first[0]);
    expect(b).not.toEqual(first[1]);
  });

  test('says that nothing is known where a sitemap cannot be had, and is itself in trouble where its own cannot', async () => {
    putSitemaps();
    pages.set('/two.xml', { status: 500 });
    expect(uncoveredIn(await scanAll(siteAt('/sitemap.xml')))).toMatchObject([{ prefix: '' }]);
    expect(uncoveredIn(await scanAll(siteAt('/sitemap.xml', { maxPages: 1 })))).toContainEqual(
      expect.objectContaining({ prefix: '', reason: expect.stringContaining('more than 1 pages') }),
    );
    pages.set('/sitemap.xml', { status: 503 });
    await expect(scanAll(siteAt('/sitemap.xml'))).rejects.toMatchObject({
      code: 'unavailable',
      part: 'source',
    });
    pages.set('/robots.txt', { status: 500 });
    await expect(scanAll(siteAt('/sitemap.xml'))).rejects.toMatchObject({
      code: 'unavailable',
      part: 'source',
    });
  });

  test('a page is gone that is named no more or answers so, and not one that cannot be looked at', async () => {
    putSitemaps();
    const isGone = (path: string) =>
      siteAt('/sitemap.xml').isGone(`${base}${path}` as DocumentId, {} as SourceLocation, signal);
    await scanAll(siteAt('/sitemap.xml'));
    expect([await isGone('/a.html'), await isGone('/gone.html')]).toEqual([false, true]);
    pages.set('/sitemap.xml', { status: 503 });
    open = createSites({ allowedHosts: [new URL(base).host], pauseMs: 0 });
    expect(await isGone('/old.html')).toBe(false);
  });

  test('is scanned in slices as in one go, from one listing', async () => {
    putSitemaps();
    const whole = itemsOf(await scanAll(siteAt('/sitemap.xml')));
    asked.length = 0;
    const slices = await scanInSlices(() => siteAt('/sitemap.xml'), [1]);
    expect(itemsOf(slices)).toEqual(whole);
    expect(asked.filter((each) => each === 'GET /sitemap.xml')).toHaveLength(1);
  });
});

describe('a site by its links', () => {
  beforeEach(() => {
    pages.set('/robots.txt', { body: 'User-agent: *\nDisallow: /docs/private\n' });
    pages.set(
      '/docs/',
      page(
        '<a href="a.html#x">a</a><a href="/up.html">u</a><a href="http://169.254.169.254/">m</a><a href="private">p</a>',
      ),
    );
    pages.set(
      '/docs/a.html',
      page('A <a href="double.html">b</a><a href="deep/d.html">d</a><a href="hidden.html">h</a>'),
    );
    pages.set('/docs/double.html', page('same', '<link rel="canonical" href="a.html">'));
    pages.set('/docs/hidden.html', page('no', '<meta name="robots" content="noindex">'));
    pages.set('/docs/deep/d.html', page('D'));
    pages.set('/up.html', page('outside'));
  });

  test('is what is below where it begins, each page once, by the address that it wants', async () => {
    const events = await scanAll(siteAt('/docs/'));
    expect(pathsOf(itemsOf(events))).toEqual(['/docs/', '/docs/a.html', '/docs/deep/d.html']);
    expect(uncoveredIn(events)).toMatchObject([{ prefix: `${base}/docs/private` }]);
    expect(asked).not.toContain('GET /up.html');
    expect(asked).not.toContain('GET /docs/private');
    expect(pathsOf(itemsOf(await scanAll(siteAt('/docs/', { exclude: ['docs/deep/**'] }))))).toEqual([
      '/docs/',
      '/docs/a.html',
    ]);
  });

  test.each([
    ['a limit of pages', { maxPages: 2 }],
    ['a limit of depth', { maxDepth: 1 }],
  ])('behind %s nothing is known to be gone', async (_name, more) => {
    const events = await scanAll(siteAt('/docs/', more));
    expect(pathsOf(itemsOf(events))).toEqual(['/docs/', '/docs/a.html']);
    expect(uncoveredIn(events)).toContainEqual(expect.objectContaining({ prefix: '' }));
  });

  test('behind a page that does not answer nothing is known to be gone, and only 404 and 410 say so', async () => {
    pages.set('/docs/a.html', { status: 502 });
    expect(uncoveredIn(await scanAll(siteAt('/docs/')))).toContainEqual(
      expect.objectContaining({ prefix: '' }),
    );
    const isGone = (path: string) => siteAt('/docs/').isGone(`${base}${path}` as DocumentId, {}, signal);
    pages.set('/docs/410.html', { status: 410 });
    expect([
      await isGone('/docs/a.html'),
      await isGone('/docs/404.html'),
      await isGone('/docs/410.html'),
    ]).toEqual([false, true, true]);
    expect(await isGone('/docs/deep/d.html')).toBe(false);
  });
});

test('a list of addresses is a site too', async () => {
  pages.set('/list.txt', {
    body: `# mine\n${base}/x.html\n\n${base}/y.html\nhttp://other.example/\nnonsense\n`,
  });
  pages.set('/x.html', page('X'));
  pages.set('/y.html', page('Y'));
  expect(pathsOf(itemsOf(await scanAll(siteAt('/list.txt'))))).toEqual(['/x.html', '/y.html']);
});

test.each([
  'ftp://example.com/',
  'https://user:pw@example.com/',
  'https://example.com/#part',
  'example.com',
  `https://e.com/${'x'.repeat(1_100)}`,
])('is not at %s', (address) => {
  expect(() => parseSiteAddress(address)).toThrow(/is no address of a site/);
});
