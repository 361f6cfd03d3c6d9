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

export interface CohereServerOptions extends ProviderBehaviour {
  /** Embedding models that exist, with the length of their vectors; the published ones by default. */
  readonly models?: Readonly<Record<string, number>>;
  /** A compatible server that knows `/v1/rerank` only, gives no units and the ten best unless told. */
  readonly onlyV1?: boolean;
  /** Always numbers, as compatible servers answer that know no base64; false by default. */
  readonly knowsNoBase64?: boolean;
}

export type CohereServer = ProviderServer & FakeEmbedding & FakeRanking;

/** @see https://docs.cohere.com/docs/cohere-embed */
const publishedModels: Readonly<Record<string, number>> = {
  'embed-v4.0': 1_536,
  'embed-english-v3.0': 1_024,
  'embed-multilingual-v3.0': 1_024,
};

/**
 * A server on this machine that speaks Cohere's embed and rerank in their published form, refusals included.
 * @see https://docs.cohere.com/v2/reference/embed
 * @see https://docs.cohere.com/v2/reference/rerank
 * @see https://docs.cohere.com/v1/reference/rerank
 */
export async function startCohereServer(options: CohereServerOptions = {}): Promise<CohereServer> {
  const embedding = createFakeEmbeddingModel();
  const ranking = createFakeRankingModel();
  const { onlyV1 = false } = options;
  const embed = embedRoute(embedding.embed, options);
  const rerankV1 = rerankRoute('v1', ranking.rank, onlyV1);
  const routes = onlyV1 ? [rerankV1] : [embed, rerankV1, rerankRoute('v2', ranking.rank, false)];
  const server = await startProviderServer({ routes, errorBody, behaviour: options });
  const { embedded, spoilNext } = embedding;
  const { ranked, spoilScores } = ranking;
  return Object.assign(server, { embedded, spoilNext, ranked, spoilScores });
}

/** @see https://docs.cohere.com/reference/errors */
function errorBody({ message }: ProviderRefusal): unknown {
  return { id: randomUUID(), message };
}

/** On answers to a trial key; a 429 has none, and no `retry-after`. */
const trialHeaders = {
  'x-endpoint-monthly-call-limit': '1000',
  'x-trial-endpoint-call-limit': '10',
  'x-trial-endpoint-call-remaining': '9',
};

const maxTexts = 96;
const shorterDimensions = [256, 512, 1_024, 1_536];

function embedRoute(
  embed: ReturnType<typeof createFakeEmbeddingModel>['embed'],
  { models = publishedModels, knowsNoBase64 = false }: CohereServerOptions,
): ProviderRoute {
  return {
    method: 'POST',
    path: '/v2/embed',
    tokensOf: ({ body }) => fakeTokensOf(body.texts),
    async answer({ body }) {
      const vectors = await embed(textsOf(body), dimensionsOf(body, models));
      const asBase64 = body.embedding_types?.includes('base64') && !knowsNoBase64;
      return {
        headers: trialHeaders,
        body: {
          id: randomUUID(),
          embeddings: asBase64
            ? { base64: vectors.map(({ values }) => base64Vector(values)) }
            : { float: vectors.map(({ values }) => values) },
          texts: body.texts,
          meta: { api_version: { version: '2' }, billed_units: { input_tokens: fakeTokensOf(body.texts) } },
          response_type: 'embeddings_by_type',
        },
      };
    },
  };
}

function textsOf({ texts, input_type }: ProviderRequest['body']): readonly string[] {
  if (input_type === undefined) {
    refuse('invalid request: valid input_type must be provided with the provided model');
  }
  if (texts.length > maxTexts) {
    refuse(`invalid request: total number of texts must be at most ${maxTexts} - received ${texts.length}`);
  }
  return texts;
}

function dimensionsOf({ model, output_dimension }: ProviderRequest['body'], models: object): number {
  const full: number | undefined = new Map(Object.entries(models)).get(model);
  if (full === undefined) {
    const advice = 'make sure the correct model ID was used and that you have access to the model.';
    throw new ProviderRefusal(404, `model '${model}' not found, ${advice}`);
  }
  if (output_dimension === undefined) return full;
  if (full !== 1_536 || !shorterDimensions.includes(output_dimension)) {
    refuse(`invalid request: output_dimension ${output_dimension} is not supported by ${model}`);
  }
  return output_dimension;
}

/** A longer document counts as several; so many make a search unit. See https://cohere.com/pricing */
const tokensPerDocument = 500;
const documentsPerUnit = 100;
/** What some compatible servers give unless `top_n` asks for more. */
const compatibleTopN = 10;

function rerankRoute(
  version: 'v1' | 'v2',
  rank: ReturnType<typeof createFakeRankingModel>['rank'],
  compatible: boolean,
): ProviderRoute {
  return {
    method: 'POST',
    path: `/${version}/rerank`,
    tokensOf: ({ body }) => fakeTokensOf([body.query, ...body.documents]),
    answer({ body }) {
      const { query, documents } = body;
      refuseRanking(query, documents);
      const topN: number = body.top_n ?? (compatible ? compatibleTopN : documents.length);
      const results = rank(query, documents);
      const asked = topN < documents.length ? results.slice(0, topN) : results;
      const scored = asked.map(({ index, score }) => ({
        index,
        relevance_score: score,
        ...(body.return_documents === true && { document: { text: documents[index] } }),
      }));
      return {
        headers: trialHeaders,
        body: {
          id: randomUUID(),
          results: scored,
          ...(!compatible && { meta: metaOf(version, query, documents) }),
        },
      };
    },
  };
}

function refuseRanking(query: string, documents: readonly string[]): void {
  if (query.trim() === '') refuse('invalid request: query must not be empty or be only whitespace');
  if (documents.length === 0) refuse('invalid request: list of documents must not be empty');
}

function metaOf(version: 'v1' | 'v2', query: string, documents: readonly string[]): unknown {
  const counted = documents.reduce(
    (sum, document) => sum + Math.max(1, Math.ceil(fakeTokensOf([query, document]) / tokensPerDocument)),
    0,
  );
  return {
    api_version: { version: version.slice(1), is_experimental: false },
    billed_units: { search_units: Math.ceil(counted / documentsPerUnit) },
  };
}

function refuse(message: string): never {
  throw new ProviderRefusal(400, message);
}
