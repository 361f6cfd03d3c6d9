import { randomUUID } from 'node:crypto';
import { base64Vector } from './base64-vector.ts';
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

export interface JinaServerOptions extends ProviderBehaviour {
  /** Embedding models that exist, with the length of their vectors; the published ones by default. */
  readonly models?: Readonly<Record<string, number>>;
  /** Longest text of the models, in tokens; 8,192 by default. */
  readonly maxTokens?: number;
}

export interface JinaServer extends ProviderServer, FakeEmbedding, FakeRanking {
  /** With `/v1`. */
  readonly baseUrl: string;
}

const publishedModels: Readonly<Record<string, number>> = {
  'jina-embeddings-v3': 1_024,
  'jina-embeddings-v2-base-en': 768,
};
const rerankModels = ['jina-reranker-v2-base-multilingual', 'jina-reranker-m0', 'jina-colbert-v2'];

/**
 * A server on this machine that speaks Jina's embeddings and rerank in their published form, refusals and
 * rate-limit headers included.
 * @see https://api.jina.ai/redoc
 */
export async function startJinaServer(options: JinaServerOptions = {}): Promise<JinaServer> {
  const { embed, embedded, spoilNext } = createFakeEmbeddingModel();
  const { rank, ranked, spoilScores } = createFakeRankingModel();
  const routes = [embeddingsRoute(embed, options), rerankRoute(rank)];
  const server = await startProviderServer({ routes, errorBody, behaviour: options });
  return Object.assign(server, {
    baseUrl: `${server.origin}/v1`,
    embedded,
    spoilNext,
    ranked,
    spoilScores,
  });
}

/** Names of errors by status, where a route gives none. */
const names: ReadonlyMap<number, string> = new Map([
  [401, 'AUTH_INVALID_API_KEY'],
  [403, 'AUTHZ_INSUFFICIENT_BALANCE'],
  [404, 'RESOURCE_NOT_FOUND'],
  [409, 'CONFLICT_RESOURCE_BUSY'],
  [429, 'RATE_REQUEST_LIMIT_EXCEEDED'],
  [500, 'INTERNAL_ERROR'],
  [503, 'SERVICE_UNAVAILABLE'],
  [504, 'SERVICE_TIMEOUT'],
]);

function errorBody({ status, message, code }: ProviderRefusal): unknown {
  return { detail: message, code: names.get(status) ?? code, request_id: randomUUID() };
}

/** What is left of the minute; the API tells no limit and no time. */
const headers = { 'x-ratelimit-remaining-requests': '499', 'x-ratelimit-remaining-tokens': '990000' };

const maxTexts = 512;

function embeddingsRoute(
  embed: ReturnType<typeof createFakeEmbeddingModel>['embed'],
  { models = publishedModels, maxTokens = 8_192 }: JinaServerOptions,
): ProviderRoute {
  return {
    method: 'POST',
    path: '/v1/embeddings',
    tokensOf: ({ body }) => fakeTokensOf(body.input),
    async answer({ body }) {
      refuseTexts(body, maxTokens);
      const vectors = await embed(body.input, dimensionsOf(body, models));
      return {
        headers,
        body: {
          model: body.model,
          object: 'list',
          usage: usageOf(body.input),
          data: vectors.map(({ index, values }) => ({
            object: 'embedding',
            index,
            embedding: body.embedding_type === 'base64' ? base64Vector(values) : values,
          })),
        },
      };
    },
  };
}

function refuseTexts({ input, truncate }: ProviderRequest['body'], maxTokens: number): void {
  if (input.length > maxTexts) {
    throw new ProviderRefusal(422, `Each input list can contain at most ${maxTexts} items.`);
  }
  const longest = Math.max(...input.map((text: string) => fakeTokensOf([text])));
  if (longest > maxTokens && truncate !== true) {
    const message = `Input text exceeds the model's maximum of ${maxTokens} tokens`;
    throw new ProviderRefusal(400, message, 'INPUT_TOKEN_LIMIT_EXCEEDED');
  }
}

const tasks = ['retrieval.query', 'retrieval.passage', 'text-matching', 'classification', 'separation'];

function dimensionsOf({ model, dimensions, task }: ProviderRequest['body'], models: object): number {
  const full: number | undefined = new Map(Object.entries(models)).get(model);
  if (full === undefined) throw modelNotFound(model);
  if (task !== undefined && (model.includes('-v2-') || !tasks.includes(task))) {
    throw new ProviderRefusal(422, `task ${task} is not known to ${model}`);
  }
  if (dimensions > full) throw new ProviderRefusal(422, `dimensions must be at most ${full}`);
  return dimensions ?? full;
}

function modelNotFound(model: string): ProviderRefusal {
  return new ProviderRefusal(400, `Model '${model}' not found`, 'INPUT_MODEL_NOT_FOUND');
}

function rerankRoute(rank: ReturnType<typeof createFakeRankingModel>['rank']): ProviderRoute {
  return {
    method: 'POST',
    path: '/v1/rerank',
    tokensOf: ({ body }) => fakeTokensOf([body.query, ...body.documents]),
    answer({ body }) {
      const { model, query, documents, top_n = documents.length, return_documents = true } = body;
      if (!rerankModels.includes(model)) throw modelNotFound(model);
      if (documents.length === 0) throw new ProviderRefusal(422, 'documents must not be empty');
      const results = rank(query, documents);
      const asked = top_n < documents.length ? results.slice(0, top_n) : results;
      return {
        headers,
        body: {
          model,
          object: 'list',
          usage: usageOf([query, ...documents]),
          results: asked.map(({ index, score }) => ({
            index,
            relevance_score: score,
            ...(return_documents && { document: { text: documents[index] } }),
          })),
        },
      };
    },
  };
}

function usageOf(texts: readonly string[]): unknown {
  const tokens = fakeTokensOf(texts);
  return { total_tokens: tokens, prompt_tokens: tokens };
}
