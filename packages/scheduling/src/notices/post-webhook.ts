import type { RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { AppError } from '@winnow/core';

/** What a receiver gets. */
export interface WebhookMessage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Hands a message to a receiver.
 * @throws AppError where it was not taken with a status of 200–299: `unavailable`, `deadline_exceeded`, or
 * `failed_precondition` for an address that may not be called.
 */
export type PostWebhook = (url: string, message: WebhookMessage, signal: AbortSignal) => Promise<void>;

export interface PostWebhookOptions {
  /** Lets any address be called. */
  readonly allowsPrivate: boolean;
  /** Until an answer has to have come; 10 s by default. */
  readonly withinMs?: number;
  /** Resolves names; the system's by default. */
  readonly lookup?: LookupFunction;
}

/**
 * Posts over HTTP. A name is resolved once, and what is connected to is the address that was looked at, so that a name
 * cannot point elsewhere a moment later; none of its addresses may be private, of this machine or of the link. Redirects
 * are not followed, and what is answered is not read.
 */
export function createPostWebhook({
  allowsPrivate,
  withinMs = 10_000,
  lookup,
}: PostWebhookOptions): PostWebhook {
  return async (url, message, signal) => {
    // Loaded with the first message, as what speaks HTTP is.
    const { useAgent } = await import('request-filtering-agent');
    const agent = useAgent(url, {
      allowPrivateIPAddress: allowsPrivate,
      allowMetaIPAddress: allowsPrivate,
      keepAlive: false,
    });
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const options = { agent, signal: deadline, ...(lookup !== undefined && { lookup }) };
    const status = await statusOf(new URL(url), message, options).catch((thrown: unknown) => {
      throw refusalOf(thrown, url);
    });
    if (status >= 200 && status < 300) return;
    const redirects = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
    throw new AppError('unavailable', `${hostOf(url)} answered ${status}${redirects}`);
  };
}

async function statusOf(
  url: URL,
  { body, headers }: WebhookMessage,
  options: RequestOptions,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  const sent = request(url, {
    ...options,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'winnow',
      ...headers,
    },
  });
  sent.on('response', (response) => {
    resolve(response.statusCode ?? 0);
    response.destroy();
  });
  sent.on('error', reject);
  sent.end(body);
  return await promise;
}

/** What the connection met, without the path and the query of the address: they may be its secret. */
function refusalOf(thrown: unknown, url: string): AppError {
  if (thrown instanceof Error && /is not allowed\. Because/.test(thrown.message)) {
    return new AppError(
      'failed_precondition',
      `${hostOf(url)} is a private address, or resolves to one: WINNOW_WEBHOOK_PRIVATE=1 lets it be called`,
    );
  }
  const { code, message } = AppError.from(thrown);
  return new AppError(code === 'internal' ? 'unavailable' : code, `${hostOf(url)}: ${message}`, {
    cause: thrown,
  });
}

function hostOf(url: string): string {
  return new URL(url).host;
}
