import type { ErrorCode } from '@winnow/core';
import type { JsonEndpoint } from '../http/post-json.ts';

/** How to reach Jina, or a server that speaks its API. */
export interface JinaEndpoint {
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  /** With its version: `http://localhost:8000/v1`; null for Jina's own. */
  readonly baseUrl: string | null;
  /** A call that takes longer is ended, the reading of its answer included. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

const jinaUrl = 'https://api.jina.ai/v1';

/**
 * Where the API's names of errors say more than the status. An empty account is a 403, and is named as such.
 * @see https://api.jina.ai/redoc
 */
const codes: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['INPUT_MODEL_NOT_FOUND', 'not_found'],
]);

/** @param path `embeddings`, `rerank`. */
export function jinaEndpoint({ baseUrl, ...endpoint }: JinaEndpoint, path: string): JsonEndpoint {
  return { ...endpoint, url: `${(baseUrl ?? jinaUrl).replace(/\/$/, '')}/${path}`, codes };
}
