/** What a page says of itself and of others. */
export interface PageLinks {
  /** The address that it wants to be known by; null: its own. */
  readonly canonical: string | null;
  /** Absolute, without fragments; in order, each once. */
  readonly links: readonly string[];
  /** It asks not to be indexed. */
  readonly noIndex: boolean;
}

const maxLinks = 5_000;

/** Links of an HTML page, to http and https. */
export async function pageLinksOf(html: string, address: URL): Promise<PageLinks> {
  const { Parser } = await import('htmlparser2');
  const links = new Set<string>();
  let canonical: string | null = null;
  let noIndex = false;
  let follows = true;
  let base = address;
  const resolved = (href: string | undefined): string | null => {
    if (href === undefined || !URL.canParse(href, base.href)) return null;
    const url = new URL(href, base);
    url.hash = '';
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  };
  const parser = new Parser({
    onopentag(name, { href, rel = '', name: meta = '', content = '' }) {
      if (name === 'base' && href !== undefined && URL.canParse(href, address.href))
        base = new URL(href, address);
      if (name === 'link' && rel.toLowerCase().split(/\s+/).includes('canonical'))
        canonical ??= resolved(href);
      if (name === 'meta' && meta.toLowerCase() === 'robots') {
        noIndex ||= /\bno(?:index|ne)\b/i.test(content);
        follows &&= !/\bno(?:follow|ne)\b/i.test(content);
      }
      const link = name === 'a' && !/\bnofollow\b/i.test(rel) ? resolved(href) : null;
      if (link !== null && links.size < maxLinks) links.add(link);
    },
  });
  parser.end(html);
  return { canonical, links: follows ? [...links] : [], noIndex };
}
