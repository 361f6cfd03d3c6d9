import type { ErrorCode } from '@winnow/core';
import type { JsonEndpoint } from '../http/post-json.ts';

/** How to reach a server of Text Embeddings Inference. */
export interface TeiEndpoint {
  /** Empty for a server that asks for none. */
  readonly apiKey: string;
  /** `http://localhost:8080`. */
  readonly baseUrl: string;
  /** A call that takes longer is ended, the reading of its answer included. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/**
 * Where the server's names of errors say more than the status: a failed inference is a 424. That it serves no
 * model of the kind asked for is one too, and is found out before.
 * @see https://huggingface.github.io/text-embeddings-inference/
 */
const codes: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['Backend', 'unavailable'],
  ['backend', 'unavailable'],
]);

/** @param path `info`, `embed`, `rerank`. */
export function teiEndpoint({ baseUrl, ...endpoint }: TeiEndpoint, path: string): JsonEndpoint {
  return { ...endpoint, url: `${baseUrl.replace(/\/$/, '')}/${path}`, codes };
}
