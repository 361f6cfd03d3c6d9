import { CohereClient } from 'cohere-ai';
import type { z } from 'zod';
import { readAnswer } from '../http/read-answer.ts';
import { fromCohere } from './cohere-error.ts';

/** How to reach Cohere, or a server that speaks its API. */
export interface CohereEndpoint {
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  /** `http://localhost:8000`, with or without a version at its end; null for Cohere's own. */
  readonly baseUrl: string | null;
  /** A call that takes longer is ended, the reading of its answer included. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

export interface CohereCall<Schema extends z.ZodType> {
  /** For messages: `embeddings of embed-v4.0`. */
  readonly what: string;
  /** What we read of the answer; the rest is tolerated. */
  readonly schema: Schema;
  /** Texts that are sent: no message repeats them. */
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
  /** Makes one request; what the client makes of the answer is not looked at. */
  readonly make: (client: CohereClient, options: RequestOptions) => PromiseLike<unknown>;
}

type RequestOptions = NonNullable<Parameters<CohereClient['rerank']>[1]>;

/**
 * One request by the official client, without what it does by itself: it reads no environment, prints nothing
 * and tries once.
 */
export async function askCohere<Schema extends z.ZodType>(
  endpoint: CohereEndpoint,
  { what, schema, texts, signal, make }: CohereCall<Schema>,
): Promise<{ value: z.output<Schema>; headers: Headers }> {
  const { apiKey, baseUrl, timeoutMs } = endpoint;
  const observed = observedFetch(endpoint.fetch ?? globalThis.fetch);
  const client = new CohereClient({
    // A string even where there is no key: without one the client would look into the environment.
    token: apiKey,
    ...(baseUrl !== null && { baseUrl: withoutVersion(baseUrl) }),
    maxRetries: 0,
    fetch: observed.fetch,
  });
  try {
    await make(client, {
      abortSignal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      // The client's own limit does not cover the body; ours comes before it.
      timeoutInSeconds: timeoutMs / 1_000 + 1,
    });
    const { text, headers } = observed.answer();
    return { value: readAnswer(text, what, schema), headers };
  } catch (error) {
    throw fromCohere(observed.failure() ?? error, { what, signal, sent: [apiKey, ...texts] });
  }
}

/** Passes the client's own check of any answer we ask for. */
const stub = { id: '', results: [], embeddings: {} };

/**
 * Keeps the answer, or the failure, of one request from the client. Of an answer in another form it would print
 * to the console what it found; after a failure it would forget to stop its timer, which keeps a process alive
 * until the limit.
 */
function observedFetch(fetch: typeof globalThis.fetch) {
  let answer: { readonly text: string; readonly headers: Headers } | null = null;
  let failure: unknown = null;
  return {
    fetch: async (...request: Parameters<typeof globalThis.fetch>): Promise<Response> => {
      try {
        const response = await fetch(...request);
        if (!response.ok) return response;
        answer = { text: await response.text(), headers: response.headers };
        return Response.json(stub);
      } catch (error) {
        failure = error;
        return new Response(null, { status: 503 });
      }
    },
    answer: () => answer ?? { text: '', headers: new Headers() },
    failure: () => failure,
  };
}

/** The client puts `v1` or `v2` there itself. */
function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/(?:v[12]\/?)?$/, '');
}
