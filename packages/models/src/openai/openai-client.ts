import OpenAI from 'openai';

/** How to reach an endpoint. */
export interface OpenAiEndpoint {
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  /** With its version: `http://localhost:11434/v1`; null for OpenAI's own. */
  readonly baseUrl: string | null;
  /** A call that takes longer is ended. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/**
 * The official client, without what it does by itself: it reads no environment, logs nothing, and tries once,
 * since the queue (bulk) or the caller (query) tries again.
 */
export function createOpenAiClient({ apiKey, baseUrl, timeoutMs, fetch }: OpenAiEndpoint): OpenAI {
  return new OpenAI({
    apiKey: apiKey === '' ? 'none' : apiKey,
    baseURL: baseUrl,
    organization: null,
    project: null,
    timeout: timeoutMs,
    maxRetries: 0,
    logLevel: 'off',
    ...(fetch === undefined ? {} : { fetch }),
  });
}
