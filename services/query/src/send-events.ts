import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

/** Proxies and clients take a connection that says nothing for a minute for dead. */
const heartbeatMs = 15_000;
/** A client that takes nothing for this long is let go: what waits for it takes memory. */
const slowestMs = 30_000;

/** One server-sent event. */
export interface SentEvent {
  readonly type: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/**
 * Sends events as they come, numbered from 1, with a comment every 15 seconds between them. The next event is not asked
 * for before the client has taken the one before; a client that takes nothing for 30 seconds is let go.
 *
 * @param events ends by itself when the client has gone.
 */
export async function sendEvents(reply: FastifyReply, events: AsyncIterable<SentEvent>): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string | number>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies that collect a reply before they pass it on leave this one alone.
    'x-accel-buffering': 'no',
  });
  const heartbeat = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(': still at work\n\n');
  }, heartbeatMs);
  try {
    let id = 0;
    for await (const { type, data } of events) {
      id += 1;
      if (!(await taken(raw, `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`))) return;
    }
    raw.end();
  } finally {
    clearInterval(heartbeat);
  }
}

/** @returns false once the client has gone, or was let go. */
async function taken(raw: ServerResponse, text: string): Promise<boolean> {
  if (raw.destroyed) return false;
  if (raw.write(text)) return true;
  const done = new AbortController();
  const { signal } = done;
  try {
    await Promise.race([
      once(raw, 'drain', { signal }),
      once(raw, 'close', { signal }),
      wait(slowestMs, null, { signal }).then(() => raw.destroy()),
    ]);
  } finally {
    done.abort();
  }
  return !raw.destroyed;
}
