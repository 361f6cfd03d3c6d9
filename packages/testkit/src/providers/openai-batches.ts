import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createFakeEmbeddingModel, type FakeEmbedding, fakeTokensOf } from './fake-embedding.ts';
import { ProviderRefusal } from './provider-refusal.ts';
import type { ProviderRequest } from './provider-request.ts';
import type { ProviderRoute } from './provider-server.ts';

/** A batch as the fake keeps it. */
export interface FakeBatch {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly requests: readonly BatchLine[];
  status: 'in_progress' | 'completed' | 'failed' | 'expired' | 'cancelled';
  outputFileId: string | null;
  errorFileId: string | null;
  reason: string | null;
}

export interface FakeBatches extends Omit<FakeEmbedding, 'spoilNext'> {
  /** To be mounted on a fake OpenAI server. */
  readonly routes: readonly ProviderRoute[];
  readonly batches: readonly FakeBatch[];
  /**
   * Ends a batch.
   * @param options.done requests that are answered, all by default; the others are in the error file.
   */
  end(
    batch: FakeBatch,
    options?: { readonly status?: 'completed' | 'expired'; readonly done?: number },
  ): Promise<void>;
  /** Refuses a batch as a whole, as validation does. */
  refuse(batch: FakeBatch, reason: string): void;
}

const batchLine = z.object({
  custom_id: z.string(),
  method: z.literal('POST'),
  url: z.literal('/v1/embeddings'),
  body: z.object({ model: z.string(), input: z.string(), dimensions: z.int().optional() }),
});
type BatchLine = z.infer<typeof batchLine>;

const createBody = z.object({
  input_file_id: z.string(),
  endpoint: z.literal('/v1/embeddings'),
  completion_window: z.literal('24h'),
  metadata: z.record(z.string(), z.string()).default({}),
});

/**
 * Files and batches of OpenAI: a batch stays in progress until a test ends it.
 * @see https://platform.openai.com/docs/api-reference/batch
 */
export function createOpenAiBatches(defaultDimensions = 64): FakeBatches {
  const model = createFakeEmbeddingModel();
  const files = new Map<string, string>();
  const batches: FakeBatch[] = [];

  const addFile = (content: string): string => {
    const id = `file-${randomUUID()}`;
    files.set(id, content);
    return id;
  };
  const find = ({ params }: ProviderRequest): FakeBatch => {
    const batch = batches.find(({ id }) => id === params.id);
    if (batch === undefined) throw new ProviderRefusal(404, `No batch found with id '${params.id}'.`);
    return batch;
  };

  const routes: readonly ProviderRoute[] = [
    {
      method: 'POST',
      path: '/v1/files',
      async answer(request) {
        const content = await uploadedFile(request);
        const id = addFile(content);
        return {
          body: { id, object: 'file', bytes: content.length, purpose: 'batch', filename: 'batch.jsonl' },
        };
      },
    },
    {
      method: 'GET',
      path: '/v1/files/:id/content',
      answer({ params }) {
        const content = files.get(params.id ?? '');
        if (content === undefined) throw new ProviderRefusal(404, 'No such File object');
        return { body: content };
      },
    },
    {
      method: 'POST',
      path: '/v1/batches',
      answer({ body }) {
        const wanted = createBody.parse(body);
        const lines = files.get(wanted.input_file_id);
        if (lines === undefined) throw new ProviderRefusal(400, 'Invalid input_file_id');
        const requests = lines
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => batchLine.parse(JSON.parse(line)));
        const batch: FakeBatch = {
          id: `batch_${randomUUID()}`,
          metadata: wanted.metadata,
          requests,
          status: 'in_progress',
          outputFileId: null,
          errorFileId: null,
          reason: null,
        };
        batches.unshift(batch);
        return { body: wireBatch(batch) };
      },
    },
    {
      method: 'GET',
      path: '/v1/batches',
      answer({ query }) {
        const from = batches.findIndex(({ id }) => id === query.get('after')) + 1;
        const page = batches.slice(from, from + Number(query.get('limit') ?? 20));
        const data = page.map(wireBatch);
        return {
          body: {
            object: 'list',
            data,
            first_id: page.at(0)?.id ?? null,
            last_id: page.at(-1)?.id ?? null,
            has_more: from + page.length < batches.length,
          },
        };
      },
    },
    { method: 'GET', path: '/v1/batches/:id', answer: (request) => ({ body: wireBatch(find(request)) }) },
  ];

  return {
    routes,
    batches,
    embedded: model.embedded,
    async end(batch, { status = 'completed', done = batch.requests.length } = {}) {
      const answered = await Promise.all(
        batch.requests.slice(0, done).map(async (line) => JSON.stringify(await answerTo(line))),
      );
      const refused = batch.requests.slice(done).map((line) => JSON.stringify(refusalOf(line, status)));
      // In another order than the requests, as the API says it may be.
      batch.outputFileId = answered.length === 0 ? null : addFile(`${answered.reverse().join('\n')}\n`);
      batch.errorFileId = refused.length === 0 ? null : addFile(`${refused.join('\n')}\n`);
      batch.status = status;
    },
    refuse(batch, reason) {
      batch.status = 'failed';
      batch.reason = reason;
    },
  };

  async function answerTo({ custom_id, body }: BatchLine): Promise<unknown> {
    const [vector] = await model.embed([body.input], body.dimensions ?? defaultDimensions);
    const tokens = fakeTokensOf([body.input]);
    const bytes = Buffer.from(Float32Array.from(vector?.values ?? []).buffer);
    const data = [{ object: 'embedding', index: 0, embedding: bytes.toString('base64') }];
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    const response = {
      status_code: 200,
      request_id: randomUUID(),
      body: { object: 'list', data, model: body.model, usage },
    };
    return { id: `batch_req_${randomUUID()}`, custom_id, response, error: null };
  }
}

function refusalOf({ custom_id }: BatchLine, status: 'completed' | 'expired'): unknown {
  const error =
    status === 'expired'
      ? {
          code: 'batch_expired',
          message: 'This request could not be executed before the completion window expired.',
        }
      : { code: 'server_error', message: 'The server had an error.' };
  return { id: `batch_req_${randomUUID()}`, custom_id, response: null, error };
}

function wireBatch(batch: FakeBatch): unknown {
  const errors =
    batch.reason === null ? null : { object: 'list', data: [{ code: 'invalid', message: batch.reason }] };
  return {
    id: batch.id,
    object: 'batch',
    endpoint: '/v1/embeddings',
    status: batch.status,
    errors,
    output_file_id: batch.outputFileId,
    error_file_id: batch.errorFileId,
    metadata: batch.metadata,
    created_at: 0,
    completion_window: '24h',
    request_counts: { total: batch.requests.length, completed: 0, failed: 0 },
  };
}

/** The file of a multipart form. */
async function uploadedFile({ bytes, headers }: ProviderRequest): Promise<string> {
  const response = new Response(new Uint8Array(bytes), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  });
  const form = await response.formData();
  const file = form.get('file');
  if (file === null || typeof file === 'string') throw new ProviderRefusal(400, 'file is required');
  if (form.get('purpose') !== 'batch') throw new ProviderRefusal(400, 'purpose must be batch');
  return await file.text();
}
