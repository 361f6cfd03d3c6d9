import type { GenerationProvider, RemoteProvider, RerankProvider } from './model-row.ts';
import type { RemoteEmbeddingSpec, RemoteGenerationSpec, RemoteRerankSpec } from './model-spec.ts';
import { unknownPrice } from './price.ts';

/** Most models behind servers of one's own are BERT-like, with 512 positions. */
const cautiousMaxTokens = 512;
/** What the strictest of the common servers takes. */
const cautiousTextsPerCall = 32;
/** The least that servers of language models are commonly started with. */
const cautiousContextTokens = 8_192;
const cautiousOutputTokens = 4_096;

/** A model that the registry does not have, by cautious limits. */
export function unlistedEmbedding(provider: RemoteProvider, model: string): RemoteEmbeddingSpec {
  return {
    kind: 'embedding',
    ...unlisted(provider, model),
    dimensions: null,
    shortened: false,
    maxTokens: cautiousMaxTokens,
    maxTextsPerCall: cautiousTextsPerCall,
    maxTokensPerCall: Number.POSITIVE_INFINITY,
  };
}

/** As {@link unlistedEmbedding}. */
export function unlistedReranker(provider: RerankProvider, model: string): RemoteRerankSpec {
  return {
    kind: 'rerank',
    ...unlisted(provider, model),
    maxTokens: cautiousMaxTokens,
    maxPassagesPerCall: cautiousTextsPerCall,
  };
}

/** As {@link unlistedEmbedding}; the name is the same with and without its prefix. */
export function unlistedGeneration(provider: GenerationProvider, model: string): RemoteGenerationSpec {
  return {
    kind: 'generation',
    ...unlisted(provider, model),
    modelId: model,
    contextTokens: cautiousContextTokens,
    maxOutputTokens: cautiousOutputTokens,
  };
}

function unlisted<Wire extends RemoteProvider>(provider: Wire, model: string) {
  return { provider, modelId: `${provider}:${model}`, model, price: unknownPrice };
}
