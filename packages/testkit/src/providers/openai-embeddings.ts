import { base64Vector } from './base64-vector.ts';
import { createFakeEmbeddingModel, type FakeEmbedding, fakeTokensOf } from './fake-embedding.ts';
import { ProviderRefusal } from './provider-refusal.ts';
import type { ProviderRequest } from './provider-request.ts';
import type { ProviderRoute } from './provider-server.ts';
import type { OutgoingVector, VectorFault } from './spoil-vectors.ts';

export interface OpenAiEmbeddingsOptions {
  /** Models that exist, with the length of their vectors; any model has 64 dimensions by default. */
  readonly models?: Readonly<Record<string, number>>;
  /** Always numbers, as servers answer that know no base64; false by default. */
  readonly knowsNoBase64?: boolean;
  readonly limits?: Partial<OpenAiEmbeddingLimits>;
  /** How the vectors of a call are spoiled, by the `input` of its body as it came. */
  readonly faultOf?: (texts: readonly string[]) => VectorFault | null;
}

interface OpenAiEmbeddingLimits {
  readonly textsPerCall: number;
  readonly tokensPerText: number;
  readonly tokensPerCall: number;
}

/** @see https://platform.openai.com/docs/api-reference/embeddings/create */
const publishedLimits: OpenAiEmbeddingLimits = {
  textsPerCall: 2_048,
  tokensPerText: 8_192,
  tokensPerCall: 300_000,
};

const defaultDimensions = 64;

export interface OpenAiEmbeddings extends FakeEmbedding {
  readonly route: ProviderRoute;
}

/**
 * `POST /v1/embeddings` in the API's published form, refusals included. Mounted by the server of
 * {@link startOpenAiServer}.
 * @see https://platform.openai.com/docs/api-reference/embeddings
 */
export function createOpenAiEmbeddings(options: OpenAiEmbeddingsOptions = {}): OpenAiEmbeddings {
  const model = createFakeEmbeddingModel(options.faultOf);
  const limits = { ...publishedLimits, ...options.limits };
  return {
    embedded: model.embedded,
    spoilNext: model.spoilNext,
    route: {
      method: 'POST',
      path: '/v1/embeddings',
      tokensOf: ({ body }) => fakeTokensOf(inputsOf(body)),
      async answer({ body }) {
        const inputs = inputsOf(body);
        const full = dimensionsOf(body.model, options.models);
        refuseBeyond(limits, inputs);
        const vectors = await model.embed(inputs, body.dimensions ?? full);
        const asBase64 = body.encoding_format === 'base64' && options.knowsNoBase64 !== true;
        const tokens = fakeTokensOf(inputs);
        return {
          body: {
            object: 'list',
            data: vectors.map((vector) => wireEmbedding(vector, asBase64)),
            model: body.model,
            usage: { prompt_tokens: tokens, total_tokens: tokens },
          },
        };
      },
    },
  };
}

function inputsOf(body: ProviderRequest['body']): readonly string[] {
  return typeof body.input === 'string' ? [body.input] : body.input;
}

function dimensionsOf(name: string, models: Readonly<Record<string, number>> | undefined): number {
  const dimensions = models === undefined ? defaultDimensions : models[name];
  if (dimensions !== undefined) return dimensions;
  const message = `The model \`${name}\` does not exist or you do not have access to it.`;
  throw new ProviderRefusal(404, message, 'model_not_found');
}

function refuseBeyond(limits: OpenAiEmbeddingLimits, inputs: readonly string[]): void {
  const empty = inputs.indexOf('');
  if (empty >= 0) throw new ProviderRefusal(400, `'$.input' is invalid: input ${empty} is an empty string.`);
  if (inputs.length > limits.textsPerCall) {
    throw new ProviderRefusal(
      400,
      `'$.input' is invalid: the array is too long, expected at most ${limits.textsPerCall} but got ${inputs.length}.`,
    );
  }
  const counts = inputs.map((input) => fakeTokensOf([input]));
  const longest = Math.max(...counts);
  if (longest > limits.tokensPerText) {
    const message = `This model's maximum context length is ${limits.tokensPerText} tokens, however you requested ${longest} tokens (${longest} in your prompt; 0 for the completion). Please reduce your prompt; or completion length.`;
    throw new ProviderRefusal(400, message);
  }
  const total = counts.reduce((sum, tokens) => sum + tokens, 0);
  if (total > limits.tokensPerCall) {
    const message = `Invalid 'input': maximum request size is ${limits.tokensPerCall} tokens per request.`;
    throw new ProviderRefusal(400, message, 'max_tokens_per_request');
  }
}

function wireEmbedding({ index, values }: OutgoingVector, asBase64: boolean) {
  return { object: 'embedding', index, embedding: asBase64 ? base64Vector(values) : values };
}
