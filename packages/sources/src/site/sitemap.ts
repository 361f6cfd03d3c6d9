import { gunzipSync } from 'node:zlib';

/** An address that a sitemap names. */
export interface SitemapEntry {
  readonly address: string;
  /** As the sitemap has it; null where it says nothing. */
  readonly lastModified: string | null;
}

export interface Sitemap {
  readonly pages: readonly SitemapEntry[];
  /** Further sitemaps. */
  readonly sitemaps: readonly string[];
}

/** As the protocol has it. */
const maxBytes = 50 * 1024 * 1024;

/** @see https://www.sitemaps.org/protocol.html */
export async function parseSitemap(bytes: Uint8Array): Promise<Sitemap> {
  const { Parser } = await import('htmlparser2');
  const pages: SitemapEntry[] = [];
  const sitemaps: string[] = [];
  let entry: { kind: 'url' | 'sitemap'; loc: string; lastmod: string } | null = null;
  let field: 'loc' | 'lastmod' | null = null;
  const parser = new Parser(
    {
      onopentag(tag) {
        const name = localName(tag);
        if (name === 'url' || name === 'sitemap') entry = { kind: name, loc: '', lastmod: '' };
        // Images and videos have a loc of their own, with a prefix.
        field = tag === name && (name === 'loc' || name === 'lastmod') ? name : null;
      },
      ontext(text) {
        if (entry !== null && field !== null) entry[field] += text;
      },
      onclosetag(tag) {
        field = null;
        if (entry === null || localName(tag) !== entry.kind) return;
        const address = entry.loc.trim();
        const lastModified = entry.lastmod.trim() || null;
        if (entry.kind === 'sitemap') sitemaps.push(address);
        else if (address !== '') pages.push({ address, lastModified });
        entry = null;
      },
    },
    { xmlMode: true },
  );
  parser.end(Buffer.from(unpacked(bytes)).toString('utf8'));
  return { pages, sitemaps };
}

/** One address a line. */
export function parseUrlList(bytes: Uint8Array): readonly SitemapEntry[] {
  return Buffer.from(unpacked(bytes))
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((address) => ({ address, lastModified: null }));
}

function unpacked(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes;
}

function localName(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1);
}
