import { type ErrorCode, parseJson } from '@winnow/core';
import type { z } from 'zod';
import { connectionError } from './connection-error.ts';
import { readAnswer } from './read-answer.ts';
import { readProblem } from './read-problem.ts';
import { statusError } from './status-error.ts';

/** Where JSON is posted to. */
export interface JsonEndpoint {
  readonly url: string;
  /** Sent as a bearer token; empty for an endpoint that asks for none. */
  readonly apiKey: string;
  /** A call that takes longer is ended, the reading of its answer included. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
  /** What the provider's own names of errors mean, where they say more than the status. */
  readonly codes?: ReadonlyMap<string, ErrorCode>;
}

export interface JsonCall<Schema extends z.ZodType> {
  /** For messages: `embeddings of jina-embeddings-v3`. */
  readonly what: string;
  /** Null: there is nothing to post, a GET. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** What we read of the answer; the rest is tolerated. */
  readonly schema: Schema;
  /** Texts in the body: no message repeats them. */
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * One POST, one answer; tries once. For providers without an official client.
 * @throws AppError by the table of {@link statusError}; `unavailable` for an answer that breaks off, never comes
 * or has another form; `deadline_exceeded` at the endpoint's limit; the signal's own reason.
 */
export async function postJson<Schema extends z.ZodType>(
  endpoint: JsonEndpoint,
  call: JsonCall<Schema>,
): Promise<{ value: z.output<Schema>; headers: Headers }> {
  const { what, schema, texts } = call;
  const { status, headers, text } = await exchange(endpoint, call);
  if (status < 200 || status >= 300) {
    const { message, name } = readProblem(parseJson(text) ?? text);
    const code = endpoint.codes?.get(name ?? '') ?? null;
    throw statusError(what, { status, headers, message, code, sent: [endpoint.apiKey, ...texts] });
  }
  return { value: readAnswer(text, what, schema), headers };
}

async function exchange(
  { url, apiKey, timeoutMs, fetch = globalThis.fetch }: JsonEndpoint,
  { what, body, signal }: Omit<JsonCall<z.ZodType>, 'schema'>,
): Promise<{ status: number; headers: Headers; text: string }> {
  try {
    const response = await fetch(url, {
      method: body === null ? 'GET' : 'POST',
      headers: {
        ...(body !== null && { 'content-type': 'application/json' }),
        accept: 'application/json',
        ...(apiKey !== '' && { authorization: `Bearer ${apiKey}` }),
      },
      ...(body !== null && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw connectionError(what, error, signal);
  }
}
