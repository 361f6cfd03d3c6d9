import { AppError } from '@winnow/core';
import { z } from 'zod';
import type { ProviderCalls } from '../calls/provider-calls.ts';
import { postJson } from '../http/post-json.ts';
import { type TeiEndpoint, teiEndpoint } from './tei-endpoint.ts';

/** What a server serves; it serves one model. */
export interface TeiModel {
  /** As the server was told to load it: `BAAI/bge-m3`, or a folder. */
  readonly name: string;
  /** Tokens that the model reads of a text, or of query and passage together. */
  readonly maxTokens: number;
  readonly maxTextsPerCall: number;
}

export interface InspectTeiOptions extends Omit<TeiEndpoint, 'timeoutMs'> {
  /** The name under which users ask for the model: its own, or the last part of it. */
  readonly model: string;
  readonly kind: 'embedding' | 'reranker';
  readonly calls: ProviderCalls;
  readonly signal: AbortSignal;
}

/** Asked once, when a corpus is opened or a query comes: a server that is there answers at once. */
export const inspectTimeoutMs = 10_000;

/** What we read of an answer. */
const infoSchema = z.object({
  model_id: z.string(),
  model_type: z.record(z.string(), z.unknown()),
  max_input_length: z.int().positive(),
  max_client_batch_size: z.int().positive(),
});

/**
 * Asks a server what it serves, and whether that is what is wanted: another model under an expected name would
 * make vectors that fit no other.
 * @throws AppError `failed_precondition` if it serves another model or one of another kind; else as calls do.
 */
export async function inspectTei(options: InspectTeiOptions): Promise<TeiModel> {
  const { model, kind, calls, signal } = options;
  const endpoint = teiEndpoint({ ...options, timeoutMs: inspectTimeoutMs }, 'info');
  const request = { what: `the server of ${model}`, body: null, schema: infoSchema, texts: [], signal };
  const info = await calls.run({ tokens: 0, priority: 'interactive', signal }, async () => {
    const { value, headers } = await postJson(endpoint, request);
    return { value, tokens: 0, headers };
  });
  const name = info.model_id;
  if (name !== model && !name.endsWith(`/${model}`)) {
    throw new AppError(
      'failed_precondition',
      `the server of ${model} serves ${name}: name that, or set the address of another server`,
      { part: 'model' },
    );
  }
  if (!(kind in info.model_type)) {
    const actual = Object.keys(info.model_type).join(', ');
    throw new AppError('failed_precondition', `${name} is no ${kind} model but of the kind ${actual}`, {
      part: 'model',
    });
  }
  return { name, maxTokens: info.max_input_length, maxTextsPerCall: info.max_client_batch_size };
}
