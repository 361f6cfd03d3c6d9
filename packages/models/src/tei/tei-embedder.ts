import type { CallPriority, Embedder, Logger } from '@winnow/core';
import { z } from 'zod';
import type { ProviderCalls } from '../calls/provider-calls.ts';
import { checkedVectors } from '../http/checked-vectors.ts';
import { postJson } from '../http/post-json.ts';
import { createRemoteEmbedder, type EmbeddingAnswer } from '../remote/remote-embedder.ts';
import { computedTokens } from './computed-tokens.ts';
import { inspectTei, inspectTimeoutMs } from './inspect-tei.ts';
import { knownPrompts } from './known-prompts.ts';
import { type TeiEndpoint, teiEndpoint } from './tei-endpoint.ts';

export interface TeiEmbedderOptions extends Omit<TeiEndpoint, 'timeoutMs'> {
  /** The name of the served model, or the last part of it. */
  readonly model: string;
  /** The name users know; `tei:` and the model by default. */
  readonly modelId?: string;
  readonly calls: ProviderCalls;
  readonly priority?: CallPriority;
  /** For one call, the reading of its answer included; 60 s by default. */
  readonly timeoutMs?: number;
  /** For the questions that are asked of the server at the beginning. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

const defaultTimeoutMs = 60_000;

/**
 * The server takes bodies of 2 MB unless told otherwise (`--payload-limit`). An estimated token stands for 2 to
 * 6 bytes of JSON.
 */
const maxTokensPerCall = 250_000;

/**
 * Embeds through a server of Text Embeddings Inference, by its own API. Limits and dimensions are asked of the
 * server; a model of the registry gets its prompts. Longer texts lose their end there; `usage.truncated` counts them by our estimate. The fingerprint does
 * not hold the address, so that the same model on another server keeps its vectors.
 * @throws AppError `failed_precondition` if the server serves another model; else as `embed` does.
 * @see https://huggingface.github.io/text-embeddings-inference/
 */
export async function createTeiEmbedder(options: TeiEmbedderOptions): Promise<Embedder> {
  const { model, modelId = `tei:${model}`, calls, signal } = options;
  const { name, ...limits } = await inspectTei({ ...options, kind: 'embedding' });
  const dimensions = await calls.run({ tokens: 1, priority: 'interactive', signal }, async () => {
    const endpoint = { ...options, timeoutMs: inspectTimeoutMs };
    const answer = await requestEmbeddings(endpoint, { texts: ['dimensions'], dimensions: null, signal });
    return { ...answer, value: answer.vectors[0]?.length ?? 0 };
  });
  const prompts = knownPrompts(name);
  const fingerprint = ['tei', name, dimensions, limits.maxTokens, prompts.query, prompts.document].join('|');
  const shared = { ...options, ...limits, modelId, fingerprint, dimensions, maxTokensPerCall };
  return createRemoteEmbedder(shared, (texts, call) => {
    const prompt = prompts[call.purpose];
    const prompted = texts.map((text) => `${prompt}${text}`);
    return requestEmbeddings(options, { texts: prompted, dimensions, signal: call.signal });
  });
}

interface EmbedRequest {
  readonly texts: readonly string[];
  /** Null: any. */
  readonly dimensions: number | null;
  readonly signal: AbortSignal;
}

async function requestEmbeddings(
  options: TeiEmbedderOptions,
  { texts, dimensions, signal }: EmbedRequest,
): Promise<EmbeddingAnswer> {
  const { model, timeoutMs = defaultTimeoutMs } = options;
  const what = `embeddings of ${model}`;
  const { value, headers } = await postJson(teiEndpoint({ ...options, timeoutMs }, 'embed'), {
    what,
    body: { inputs: texts, truncate: true, normalize: true },
    schema: z.array(z.array(z.number())),
    texts,
    signal,
  });
  const incoming = value.map((embedding) => ({ embedding }));
  const vectors = checkedVectors(incoming, { what, count: texts.length, dimensions });
  return { vectors, tokens: computedTokens(headers), headers };
}
