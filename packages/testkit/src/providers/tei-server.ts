import { createFakeEmbeddingModel, type FakeEmbedding, fakeTokensOf } from './fake-embedding.ts';
import { createFakeRankingModel, type FakeRanking } from './fake-ranking.ts';
import { ProviderRefusal } from './provider-refusal.ts';
import {
  type ProviderBehaviour,
  type ProviderRequest,
  type ProviderRoute,
  type ProviderServer,
  startProviderServer,
} from './provider-server.ts';

export interface TeiServerOptions extends ProviderBehaviour {
  /** A server serves one model; an embedding model by default. */
  readonly kind?: 'embedding' | 'reranker' | 'classifier';
  /** Tokens of a text; 512 by default. */
  readonly maxInputLength?: number;
  /** 32 by default, as in the server. */
  readonly maxClientBatchSize?: number;
  /** 64 by default. */
  readonly dimensions?: number;
}

export interface TeiServer extends ProviderServer, FakeEmbedding, FakeRanking {
  readonly baseUrl: string;
}

interface TeiLimits {
  readonly kind: 'embedding' | 'reranker' | 'classifier';
  readonly maxInputLength: number;
  readonly maxClientBatchSize: number;
  readonly dimensions: number;
}

const defaults: TeiLimits = {
  kind: 'embedding',
  maxInputLength: 512,
  maxClientBatchSize: 32,
  dimensions: 64,
};

/**
 * A server on this machine that speaks the API of Text Embeddings Inference 1.7, refusals included.
 * @see https://huggingface.github.io/text-embeddings-inference/
 */
export async function startTeiServer(options: TeiServerOptions = {}): Promise<TeiServer> {
  const limits: TeiLimits = { ...defaults, ...options };
  const embedding = createFakeEmbeddingModel();
  const ranking = createFakeRankingModel();
  const routes = [infoRoute(limits), embedRoute(embedding.embed, limits), rerankRoute(ranking.rank, limits)];
  const server = await startProviderServer({ routes, errorBody, behaviour: options });
  const { embedded, spoilNext } = embedding;
  const { ranked, spoilScores } = ranking;
  return Object.assign(server, { baseUrl: server.origin, embedded, spoilNext, ranked, spoilScores });
}

/** A refused key gets an empty body. Statuses that are not the server's own come from a proxy before it. */
function errorBody({ status, message }: ProviderRefusal): unknown {
  if (status === 401) return '';
  const type = errorTypes.get(status);
  return type === undefined ? { message } : { error: message, error_type: type };
}

const errorTypes: ReadonlyMap<number, string> = new Map([
  [400, 'Empty'],
  [413, 'Validation'],
  [422, 'Tokenizer'],
  [424, 'Backend'],
  [429, 'Overloaded'],
  [503, 'Unhealthy'],
]);

function infoRoute({ kind, maxInputLength, maxClientBatchSize }: TeiLimits): ProviderRoute {
  const labels = { id2label: { '0': 'LABEL_0' }, label2id: { LABEL_0: 0 } };
  return {
    method: 'GET',
    path: '/info',
    answer: () => ({
      body: {
        model_id: 'BAAI/bge-small-en-v1.5',
        model_sha: '5c38ec7c405ec4b44b94cc5a9bb96e735b38267a',
        model_dtype: 'float16',
        model_type: kind === 'embedding' ? { embedding: { pooling: 'cls' } } : { [kind]: labels },
        max_concurrent_requests: 512,
        max_input_length: maxInputLength,
        max_batch_tokens: 16_384,
        max_batch_requests: null,
        max_client_batch_size: maxClientBatchSize,
        auto_truncate: false,
        tokenization_workers: 2,
        version: '1.7.1',
      },
    }),
  };
}

function embedRoute(
  embed: ReturnType<typeof createFakeEmbeddingModel>['embed'],
  limits: TeiLimits,
): ProviderRoute {
  return {
    method: 'POST',
    path: '/embed',
    tokensOf: ({ body }) => fakeTokensOf(inputsOf(body)),
    async answer({ body }) {
      const inputs = inputsOf(body);
      if (limits.kind !== 'embedding') throw new ProviderRefusal(424, 'Model is not an embedding model');
      const tokens = tokensRead(inputs, body.truncate === true, limits);
      const vectors = await embed(inputs, limits.dimensions);
      return { headers: computeHeaders(tokens), body: vectors.map(({ values }) => values) };
    },
  };
}

function rerankRoute(
  rank: ReturnType<typeof createFakeRankingModel>['rank'],
  limits: TeiLimits,
): ProviderRoute {
  return {
    method: 'POST',
    path: '/rerank',
    tokensOf: ({ body }) => fakeTokensOf([body.query, ...body.texts]),
    answer({ body }) {
      const { query, texts, truncate, raw_scores } = body;
      if (limits.kind !== 'reranker') throw new ProviderRefusal(424, 'model is not a re-ranker model');
      const pairs = texts.map((text: string) => `${query} ${text}`);
      const tokens = tokensRead(pairs, truncate === true, limits);
      const results = rank(query, texts).map(({ index, score }) => ({
        index,
        score: raw_scores === true && score !== null ? Math.log(score / (1 - score)) : score,
      }));
      return { headers: computeHeaders(tokens), body: results };
    },
  };
}

function inputsOf({ inputs }: ProviderRequest['body']): readonly string[] {
  return typeof inputs === 'string' ? [inputs] : inputs;
}

/** Tokens that the model reads of all texts. */
function tokensRead(texts: readonly string[], truncate: boolean, limits: TeiLimits): number {
  const { maxInputLength, maxClientBatchSize } = limits;
  if (texts.length === 0) throw new ProviderRefusal(400, '`inputs` cannot be empty');
  if (texts.length > maxClientBatchSize) {
    const message = `batch size ${texts.length} > maximum allowed batch size ${maxClientBatchSize}`;
    throw new ProviderRefusal(413, message);
  }
  const counts = texts.map((text) => fakeTokensOf([text]));
  const longest = Math.max(...counts);
  if (longest > maxInputLength && !truncate) {
    const message = `\`inputs\` must have less than ${maxInputLength} tokens. Given: ${longest}`;
    throw new ProviderRefusal(413, message);
  }
  return counts.reduce((sum, tokens) => sum + Math.min(tokens, maxInputLength), 0);
}

/** The server tells what a call took in headers only. */
function computeHeaders(tokens: number): Record<string, string> {
  return { 'x-compute-type': 'cpu', 'x-compute-tokens': String(tokens), 'x-compute-time': '1' };
}
