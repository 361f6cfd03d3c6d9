import { AppError, type DocumentId, type RawDocument, type Source, type SourceLocation } from '@winnow/core';
import type { Egress, EgressOptions } from './egress.ts';
import {
  isGoneStatus,
  listSite,
  type SiteListing,
  type SiteSettings,
  scopeOf,
  statusError,
  versionOf,
  versionOfDate,
} from './site-listing.ts';
import { createSiteVisitor } from './site-visitor.ts';

export interface SiteOptions extends EgressOptions {
  /** Between two requests to a host; 100 ms by default. */
  readonly pauseMs?: number;
}

/** Opens sites: remembers what it has listed for as long as a scan may go on. */
export type OpenSite = (settings: SiteSettings) => Source;

/** A scan goes on within minutes, or lists anew. */
const rememberedMs = 10 * 60_000;
const maxRemembered = 8;

/** Pages of sites as documents, by their addresses. */
export function createSites(options: SiteOptions): OpenSite {
  let opened: Promise<Egress> | null = null;
  // Loaded with the first request: Node's clients of HTTP are a tenth of a start.
  const egress: Egress = async (url, request) => {
    opened ??= import('./egress.ts').then(({ createEgress }) => createEgress(options));
    return await (await opened)(url, request);
  };
  const remembered = new Map<string, { readonly listing: SiteListing; readonly at: number }>();

  return (settings) => {
    const key = JSON.stringify(settings);
    const isWithin = scopeOf(settings);
    const visitor = createSiteVisitor(egress, isWithin, options.pauseMs);

    async function listed(signal: AbortSignal): Promise<SiteListing> {
      const listing = await listSite({ settings, visitor, signal });
      remembered.delete(key);
      remembered.set(key, { listing, at: Date.now() });
      const [oldest] = remembered.keys();
      if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
      return listing;
    }

    async function recent(signal: AbortSignal): Promise<SiteListing> {
      const known = remembered.get(key);
      return known !== undefined && Date.now() - known.at < rememberedMs
        ? known.listing
        : await listed(signal);
    }

    return {
      async *scan({ after, signal }) {
        const { pages, uncovered } = after === null ? await listed(signal) : await recent(signal);
        for (const { prefix, reason } of uncovered) yield { kind: 'uncovered', prefix, reason };
        for (const { address, version, lastModified, bytes } of pages) {
          if (after !== null && address <= after) continue;
          yield {
            kind: 'document',
            documentId: address as DocumentId,
            location: lastModified === null ? {} : { lastModified },
            contentHash: version,
            bytes,
            cursor: address,
          };
        }
        if (pages.length > 0 || after !== null || uncovered.length > 0) return;
        throw new AppError('failed_precondition', `${settings.url} holds no documents`, { part: 'source' });
      },
      read: (documentId, location, signal) => readPage(documentId, location, signal),
      async isGone(documentId, _location, signal) {
        try {
          const url = new URL(documentId);
          if (!isWithin(url)) return true;
          if (settings.mode !== 'crawl') {
            const { pages, uncovered } = await recent(signal);
            if (pages.some(({ address }) => address === documentId)) return false;
            if (uncovered.length === 0) return true;
          }
          return isGoneStatus((await visitor.visit(url, { method: 'HEAD', signal })).status);
        } catch {
          signal.throwIfAborted();
          return false;
        }
      },
      async check(signal) {
        const url = new URL(settings.url);
        const { status } = await visitor.visit(url, { signal }).catch((thrown: unknown) => {
          throw AppError.from(thrown).attributedTo('source');
        });
        if (status < 200 || status >= 300) throw statusError(url, status).attributedTo('source');
      },
    };

    async function readPage(
      documentId: DocumentId,
      { lastModified }: SourceLocation,
      signal: AbortSignal,
    ): Promise<RawDocument> {
      const url = new URL(documentId);
      if (!isWithin(url) || !(await visitor.isWelcome(url, signal))) {
        throw new AppError('failed_precondition', `${documentId} may not be read`);
      }
      const answer = await visitor.visit(url, { signal });
      if (answer.status < 200 || answer.status >= 300) throw statusError(url, answer.status);
      return {
        documentId,
        content: answer.body,
        mediaType: answer.headers['content-type'] ?? null,
        title: null,
        metadata: { url: answer.url.href },
        contentHash: typeof lastModified === 'string' ? versionOfDate(lastModified) : versionOf(answer),
      };
    }
  };
}
