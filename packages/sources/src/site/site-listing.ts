import { AppError, type Sha256, type SourceSettings, sha256 } from '@winnow/core';
import { createPathFilter } from '../folder/path-filter.ts';
import type { EgressAnswer } from './egress.ts';
import { pageLinksOf } from './page-links.ts';
import type { SiteVisitor } from './site-visitor.ts';
import { parseSitemap, parseUrlList, type SitemapEntry } from './sitemap.ts';

export type SiteSettings = Extract<SourceSettings, { kind: 'site' }>;

/** A page as a listing knows it. */
interface ListedPage {
  readonly address: string;
  /** Of what the page is now: by what the sitemap or the server says of its last change, else by its bytes. */
  readonly version: Sha256;
  /** What the sitemap said, for who reads the page. */
  readonly lastModified: string | null;
  readonly bytes: number;
}

export interface SiteListing {
  /** By address. */
  readonly pages: readonly ListedPage[];
  readonly uncovered: readonly { readonly prefix: string; readonly reason: string }[];
}

interface Given {
  readonly settings: SiteSettings;
  readonly visitor: SiteVisitor;
  readonly signal: AbortSignal;
}

const maxAddressLength = 1_024;
const maxSitemaps = 200;
/** A listing is one piece of work of a plan, which may take a quarter of an hour. */
const longestMs = 10 * 60_000;
const tooSlow = { prefix: '', reason: `listing the site took longer than ${longestMs / 60_000} minutes` };

/** What of the web belongs to a site: below its address, of the kind of path that it takes. */
export function scopeOf({ url, mode, include, exclude }: SiteSettings): (url: URL) => boolean {
  const start = new URL(url);
  const folder = start.pathname.slice(0, start.pathname.lastIndexOf('/') + 1);
  const filter = createPathFilter(include, exclude);
  // A sitemap speaks for its host, a crawl for what is below where it begins.
  const below = mode === 'crawl' ? folder : '/';
  return (each) =>
    each.origin === start.origin &&
    each.pathname.startsWith(below) &&
    filter.takes(each.pathname.slice(1) === '' ? 'index' : each.pathname.slice(1).replace(/\/$/, ''));
}

/**
 * Lists a site: from its sitemap (of sitemaps), from a list of addresses, or by following links from where it begins.
 * What could not be had is said to be uncovered, and so is whatever lies behind a limit.
 * @throws AppError of part `source` where the site itself does not answer.
 */
export async function listSite(given: Given): Promise<SiteListing> {
  const listing = given.settings.mode === 'crawl' ? await crawl(given) : await fromLists(given);
  const pages = [...listing.pages].sort((a, b) => (a.address < b.address ? -1 : 1));
  return { ...listing, pages };
}

async function fromLists({ settings, visitor, signal }: Given): Promise<SiteListing> {
  const isWithin = scopeOf(settings);
  const until = Date.now() + longestMs;
  const pages = new Map<string, ListedPage>();
  const uncovered: { prefix: string; reason: string }[] = [];
  const found = new Map<string, SitemapEntry>();
  const open = [settings.url];
  const seen = new Set(open);
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    try {
      const list = await listAt(new URL(next), { settings, visitor, signal });
      for (const entry of list.pages) {
        if (found.size < settings.maxPages || found.has(entry.address)) found.set(entry.address, entry);
        else uncovered.push({ prefix: '', reason: `the site has more than ${settings.maxPages} pages` });
      }
      for (const each of list.sitemaps) {
        if (seen.has(each) || !URL.canParse(each)) continue;
        if (new URL(each).origin !== new URL(settings.url).origin || seen.size >= maxSitemaps) {
          uncovered.push({
            prefix: '',
            reason: `sitemap ${each.slice(0, 200)} is of another site, or one too many`,
          });
          continue;
        }
        seen.add(each);
        open.push(each);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      if (next === settings.url) throw AppError.from(thrown).attributedTo('source');
      uncovered.push({ prefix: '', reason: `${next}: ${AppError.from(thrown).message}` });
    }
  }
  for (const { address, lastModified } of found.values()) {
    if (Date.now() > until) {
      uncovered.push(tooSlow);
      break;
    }
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || !isWithin(url) || url.href.length > maxAddressLength) continue;
    url.hash = '';
    const page = await pageAt(url, lastModified, { settings, visitor, signal });
    if (page !== null && 'reason' in page) uncovered.push({ prefix: url.href, reason: page.reason });
    else if (page !== null) pages.set(page.address, page);
  }
  return {
    pages: [...pages.values()],
    uncovered: [...new Map(uncovered.map((each) => [`${each.prefix} ${each.reason}`, each])).values()],
  };
}

async function listAt(url: URL, { settings, visitor, signal }: Given) {
  const { status, body } = await visitor.visit(url, { signal });
  if (status < 200 || status >= 300) throw statusError(url, status);
  return settings.mode === 'list' ? { pages: parseUrlList(body), sitemaps: [] } : await parseSitemap(body);
}

/** Null where it is not there. What the sitemap says of its last change is believed; else the server is asked. */
async function pageAt(
  url: URL,
  lastModified: string | null,
  { visitor, signal }: Given,
): Promise<ListedPage | { readonly reason: string } | null> {
  try {
    if (!(await visitor.isWelcome(url, signal))) return { reason: 'robots.txt keeps it for itself' };
    if (lastModified !== null) {
      return { address: url.href, version: versionOfDate(lastModified), lastModified, bytes: 0 };
    }
    const head = await visitor.visit(url, { method: 'HEAD', signal });
    if (isGoneStatus(head.status)) return null;
    const known = head.status < 300 ? versionOfHeaders(head) : null;
    const answer = known === null ? await visitor.visit(url, { signal }) : head;
    if (isGoneStatus(answer.status)) return null;
    if (answer.status >= 300) return { reason: `it answered ${answer.status}` };
    return {
      address: url.href,
      version: versionOf(answer),
      lastModified: null,
      bytes: answer.body.byteLength,
    };
  } catch (thrown) {
    signal.throwIfAborted();
    return { reason: AppError.from(thrown).message };
  }
}

async function crawl({ settings, visitor, signal }: Given): Promise<SiteListing> {
  const isWithin = scopeOf(settings);
  const start = new URL(settings.url);
  const until = Date.now() + longestMs;
  const pages = new Map<string, ListedPage>();
  const uncovered: { prefix: string; reason: string }[] = [];
  const seen = new Set([start.href]);
  let level = [start.href];
  let visits = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const address of level) {
      signal.throwIfAborted();
      const url = new URL(address);
      if (visits >= settings.maxPages || Date.now() > until) {
        const reason = `the crawl ended after ${settings.maxPages} pages`;
        uncovered.push(visits >= settings.maxPages ? { prefix: '', reason } : tooSlow);
        return { pages: [...pages.values()], uncovered };
      }
      visits += 1;
      try {
        if (!(await visitor.isWelcome(url, signal))) {
          uncovered.push({ prefix: address, reason: 'robots.txt keeps it for itself' });
          continue;
        }
        const answer = await visitor.visit(url, { signal });
        if (isGoneStatus(answer.status) && depth > 0) continue;
        if (answer.status < 200 || answer.status >= 300) throw statusError(url, answer.status);
        const found = isHtml(answer)
          ? await pageLinksOf(Buffer.from(answer.body).toString('utf8'), answer.url)
          : null;
        const own = canonicalOf(answer.url, found?.canonical ?? null, isWithin);
        if (own !== answer.url.href && own !== address) add(own, next);
        else if (found?.noIndex !== true) {
          pages.set(own, {
            address: own,
            version: versionOf(answer),
            lastModified: null,
            bytes: answer.body.byteLength,
          });
        }
        for (const link of found?.links ?? []) add(link, next);
      } catch (thrown) {
        signal.throwIfAborted();
        if (depth === 0) throw AppError.from(thrown).attributedTo('source');
        // Its links are not known either.
        uncovered.push({ prefix: '', reason: `${address}: ${AppError.from(thrown).message}` });
      }
    }
    if (depth >= settings.maxDepth && next.length > 0) {
      uncovered.push({ prefix: '', reason: `the crawl ended at a depth of ${settings.maxDepth} links` });
      break;
    }
    level = next;
  }
  return { pages: [...pages.values()], uncovered };

  function add(address: string, to: string[]): void {
    if (address.length > maxAddressLength || seen.has(address) || !isWithin(new URL(address))) return;
    seen.add(address);
    to.push(address);
  }
}

/** The address that a page wants to be known by, if that is one of the site. */
function canonicalOf(url: URL, canonical: string | null, isWithin: (url: URL) => boolean): string {
  if (canonical === null || canonical.length > maxAddressLength || !isWithin(new URL(canonical)))
    return url.href;
  return canonical;
}

/** The same for a listing and for who reads the page. */
export function versionOf(answer: EgressAnswer): Sha256 {
  return versionOfHeaders(answer) ?? sha256(answer.body);
}

export function versionOfDate(lastModified: string): Sha256 {
  return sha256(JSON.stringify(['lastmod', lastModified]));
}

/** By the validators of HTTP; a weak one says that the page means the same. */
function versionOfHeaders({ headers }: EgressAnswer): Sha256 | null {
  const etag = headers.etag?.replace(/^W\//, '').replace(/-(?:gzip|br)"$/, '"');
  const validator = etag ?? headers['last-modified'];
  return validator === undefined ? null : sha256(JSON.stringify(['validator', validator]));
}

export function isGoneStatus(status: number): boolean {
  return status === 404 || status === 410;
}

function isHtml({ headers }: EgressAnswer): boolean {
  return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(headers['content-type'] ?? '');
}

export function statusError(url: URL, status: number): AppError {
  const message = `${url.href} answered ${status}`;
  if (isGoneStatus(status)) return new AppError('not_found', message);
  return new AppError(status >= 500 || status === 429 ? 'unavailable' : 'failed_precondition', message);
}
