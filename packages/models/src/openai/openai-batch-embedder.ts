import {
  AppError,
  type BatchEmbedder,
  type BatchResult,
  type BatchStatus,
  noModelUsage,
  parseJson,
} from '@winnow/core';
import { toFile } from 'openai';
import type { Batch } from 'openai/resources/batches';
import { z } from 'zod';
import type { ProviderCalls } from '../calls/provider-calls.ts';
import { embeddingVectors } from './embedding-vectors.ts';
import { createOpenAiClient } from './openai-client.ts';
import { fromOpenAi } from './openai-error.ts';
import { linesOf } from './read-lines.ts';

export interface OpenAiBatchEmbedderOptions {
  readonly apiKey: string;
  /** With its version; null for OpenAI's own. */
  readonly baseUrl: string | null;
  readonly model: string;
  readonly dimensions: number;
  /** Whether the model has to be asked for shorter vectors than it gives by itself. */
  readonly shortened?: boolean;
  readonly calls: ProviderCalls;
  /** For one request, uploads and downloads included; 10 minutes by default. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

const defaultTimeoutMs = 600_000;
/** Batches looked through for one of ours, newest first. */
const batchesSearched = 1_000;
const labelName = 'winnow';

/**
 * Embeddings through OpenAI's Batch API, at half the price and within 24 hours. Limits: 50,000 embedding inputs
 * and 200 MB a batch; the JSON around each text takes part of those.
 * @see https://platform.openai.com/docs/guides/batch
 */
export function createOpenAiBatchEmbedder(options: OpenAiBatchEmbedderOptions): BatchEmbedder {
  const { model, dimensions, calls, timeoutMs = defaultTimeoutMs } = options;
  const client = createOpenAiClient({ ...options, timeoutMs });
  const shorter = options.shortened === true ? { dimensions } : {};

  async function ask<Value>(what: string, signal: AbortSignal, make: () => Promise<Value>): Promise<Value> {
    return await calls.run({ tokens: 0, priority: 'bulk', signal }, async () => {
      try {
        return { value: await make(), tokens: 0, headers: null };
      } catch (error) {
        throw fromOpenAi(error, what, signal);
      }
    });
  }

  async function* resultsIn(fileId: string, signal: AbortSignal, onTokens: (tokens: number) => void) {
    const content = await ask('results of a batch', signal, () => client.files.content(fileId, { signal }));
    try {
      for await (const line of linesOf(content.body)) yield readLine(line, dimensions, onTokens);
    } catch (error) {
      throw fromOpenAi(error, 'results of a batch', signal);
    }
  }

  return {
    maxTextsPerBatch: 50_000,
    maxBytesPerBatch: 100 * 1024 * 1024,

    async submit(texts, label, signal) {
      const lines = texts.map(({ key, text }) => {
        const body = { model, input: text, encoding_format: 'base64', ...shorter };
        return JSON.stringify({ custom_id: key, method: 'POST', url: '/v1/embeddings', body });
      });
      const file = await ask('upload of a batch', signal, async () =>
        client.files.create(
          { file: await toFile(Buffer.from(`${lines.join('\n')}\n`), `${label}.jsonl`), purpose: 'batch' },
          { signal },
        ),
      );
      const request = {
        input_file_id: file.id,
        endpoint: '/v1/embeddings',
        completion_window: '24h',
        metadata: { [labelName]: label },
      } as const;
      return (await ask('a batch', signal, () => client.batches.create(request, { signal }))).id;
    },

    async find(label, signal) {
      return await ask('the list of batches', signal, async () => {
        let seen = 0;
        for await (const batch of client.batches.list({ limit: 100 }, { signal })) {
          if (batch.metadata?.[labelName] === label && batch.status !== 'failed') return batch.id;
          seen += 1;
          if (seen >= batchesSearched) break;
        }
        return null;
      });
    },

    async status(batchId, signal) {
      return statusOf(await ask('a batch', signal, () => client.batches.retrieve(batchId, { signal })));
    },

    async *results(batchId, signal, onUsage) {
      const batch = await ask('a batch', signal, () => client.batches.retrieve(batchId, { signal }));
      let inputTokens = 0;
      for (const fileId of [batch.output_file_id, batch.error_file_id]) {
        if (!fileId) continue;
        yield* resultsIn(fileId, signal, (tokens) => {
          inputTokens += tokens;
        });
      }
      onUsage({ ...noModelUsage, calls: 1, inputTokens });
    },
  };
}

function statusOf({ status, errors, request_counts: counts }: Batch): BatchStatus {
  const done = counts?.completed ?? 0;
  if (status === 'failed') {
    const reason = errors?.data?.map(({ message }) => message).join('; ') ?? 'the provider gave no reason';
    return { state: 'failed', done, reason: reason.slice(0, 300) };
  }
  const isRunning = ['validating', 'in_progress', 'finalizing', 'cancelling'].includes(status);
  return { state: isRunning ? 'running' : 'ended', done, reason: null };
}

const lineSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
  error: z.object({ code: z.string().nullish() }).nullish(),
});

function readLine(line: string, dimensions: number, onTokens: (tokens: number) => void): BatchResult {
  const parsed = lineSchema.safeParse(parseJson(line));
  if (!parsed.success)
    throw new AppError('unavailable', 'the results of a batch are not in the form of the API');
  const { custom_id: id, response, error } = parsed.data;
  // A name of our own making, which comes back as it was sent.
  const key = id as BatchResult['key'];
  if (response?.status_code !== 200) {
    return { key, error: error?.code ?? `status ${response?.status_code ?? 'unknown'}` };
  }
  const { vectors, tokens } = embeddingVectors(response.body, 1, dimensions);
  onTokens(tokens ?? 0);
  const [vector] = vectors;
  return vector === undefined ? { key, error: 'no vector' } : { key, vector };
}
