import { setTimeout as delay } from 'node:timers/promises';
import { AppError, maxDocumentBytes } from '@winnow/core';
import robotsParser from 'robots-parser';
import type { Egress, EgressAnswer } from './egress.ts';

/** Visits pages of a site as a guest does: one at a time for each host, with pauses, where robots.txt lets it. */
export interface SiteVisitor {
  /** @throws AppError as `Egress`; `unavailable` where the host does not say whom it lets in. */
  isWelcome(url: URL, signal: AbortSignal): Promise<boolean>;
  visit(
    url: URL,
    options: { readonly method?: 'GET' | 'HEAD'; readonly signal: AbortSignal },
  ): Promise<EgressAnswer>;
}

/** By this name robots.txt knows us. */
const agentName = 'winnow';
const maxRobotsBytes = 512 * 1024;
const defaultPauseMs = 100;
/** A host that wants longer pauses than this is visited at this pace all the same. */
const maxPauseMs = 10_000;

// It is a CommonJS module that is the function; its types have it as what a module of that kind cannot have.
const parseRobots = robotsParser as unknown as typeof robotsParser.default;
type Robots = ReturnType<typeof parseRobots>;

/**
 * @param isWithin what a redirect may lead to.
 * @param pauseMs between two requests to a host, where it does not say.
 */
export function createSiteVisitor(
  egress: Egress,
  isWithin: (url: URL) => boolean,
  pauseMs = defaultPauseMs,
): SiteVisitor {
  const robots = new Map<string, Promise<Robots>>();
  const turns = new Map<string, Promise<unknown>>();

  async function inTurn<Value>(host: string, waitMs: number, work: () => Promise<Value>): Promise<Value> {
    const before = turns.get(host) ?? Promise.resolve();
    const result = before.catch(() => undefined).then(work);
    turns.set(
      host,
      result.then(
        () => delay(waitMs, undefined, { ref: false }),
        () => delay(waitMs, undefined, { ref: false }),
      ),
    );
    return await result;
  }

  async function readRobots(origin: string, signal: AbortSignal): Promise<Robots> {
    const address = new URL('/robots.txt', origin);
    const mayFollow = (url: URL) => url.hostname === address.hostname;
    const { status, body } = await egress(address, { maxBytes: maxRobotsBytes, mayFollow, signal });
    if (status >= 500 || status === 429) {
      throw new AppError('unavailable', `${address.href} answered ${status}`, { part: 'source' });
    }
    // None, or none for us: whoever can be asked may be.
    const text = status >= 200 && status < 300 ? Buffer.from(body).toString('utf8') : '';
    return parseRobots(address.href, text);
  }

  async function robotsOf(url: URL, signal: AbortSignal): Promise<Robots> {
    const known = robots.get(url.origin) ?? readRobots(url.origin, signal);
    robots.set(url.origin, known);
    try {
      return await known;
    } catch (thrown) {
      robots.delete(url.origin);
      throw thrown;
    }
  }

  return {
    async isWelcome(url, signal) {
      return (await robotsOf(url, signal)).isDisallowed(url.href, agentName) !== true;
    },
    async visit(url, { method = 'GET', signal }) {
      const asked = (await robotsOf(url, signal)).getCrawlDelay(agentName);
      const waitMs = asked === undefined ? pauseMs : Math.min(maxPauseMs, asked * 1_000);
      return await inTurn(url.host, waitMs, () =>
        egress(url, { method, maxBytes: maxDocumentBytes, mayFollow: isWithin, signal }),
      );
    },
  };
}
