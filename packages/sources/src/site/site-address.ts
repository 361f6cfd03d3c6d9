import { AppError } from '@winnow/core';
import type { SiteSettings } from './site-listing.ts';

const defaultMaxPages = 5_000;
const defaultMaxDepth = 5;

/**
 * Settings for an address: of a sitemap (`.xml`, `.xml.gz`), of a list of addresses (`.txt`), or of where a crawl begins.
 * @throws AppError `invalid_argument`.
 */
export function parseSiteAddress(address: string): SiteSettings {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isPlain = url !== null && url.username === '' && url.password === '' && url.hash === '';
  if (url === null || !isPlain || !/^https?:$/.test(url.protocol) || url.href.length > 1_024) {
    throw new AppError('invalid_argument', `${address.slice(0, 200)} is no address of a site`);
  }
  const mode = /\.xml(?:\.gz)?$/i.test(url.pathname)
    ? 'sitemap'
    : /\.txt(?:\.gz)?$/i.test(url.pathname)
      ? 'list'
      : 'crawl';
  const limits = { maxPages: defaultMaxPages, maxDepth: defaultMaxDepth };
  return { kind: 'site', url: url.href, mode, ...limits, include: ['**/*'], exclude: [] };
}
