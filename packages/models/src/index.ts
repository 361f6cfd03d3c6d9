export { createProviderCalls, type ProviderCallsOptions } from './calls/create-provider-calls.ts';
export {
  createUnlimitedCalls,
  type OpenCall,
  type ProviderAnswer,
  type ProviderCall,
  type ProviderCalls,
  type ProviderHead,
} from './calls/provider-calls.ts';
export { parseRateLimits, type RateLimitSetting } from './calls/rate-limit-setting.ts';
export { createSharedCalls, type SharedCalls, type SharedCallsOptions } from './calls/shared-calls.ts';
export {
  createModelStore,
  type ModelFiles,
  type ModelProgress,
  type ModelStore,
  type ModelStoreOptions,
} from './files/model-store.ts';
export {
  createJinaEmbedder,
  type JinaEmbedderOptions,
  probeJinaDimensions,
} from './jina/jina-embedder.ts';
export { createJinaReranker, type JinaRerankerOptions } from './jina/jina-reranker.ts';
export {
  createLateInteractionReranker,
  type LateInteractionOptions,
} from './late-interaction/late-interaction-reranker.ts';
export { createTokenVectorCache, type TokenVectorCache } from './late-interaction/token-vector-cache.ts';
export {
  createMemoryRateLimitState,
  type MemoryRateLimitOptions,
} from './limiter/memory-rate-limit-state.ts';
export { createLlamaChatModel, type LlamaChatModelOptions } from './llama/llama-chat-model.ts';
export { cacheQueries, cacheSentences, type QueryCaching } from './metering/cache-queries.ts';
export { costOf } from './metering/cost-of.ts';
export { type BillOptions, createBill } from './metering/create-bill.ts';
export { createLedgerWriter, type LedgerWriter, type LedgerWriterOptions } from './metering/ledger-writer.ts';
export { listedPrices, loadPrices, type PriceLookup } from './metering/load-prices.ts';
export { type ChatMetering, meterChatModel } from './metering/meter-chat-model.ts';
export { type EmbedderMetering, meterEmbedder } from './metering/meter-embedder.ts';
export { meterReranker, type RerankerMetering } from './metering/meter-reranker.ts';
export { createQueryCache, type QueryCache } from './metering/query-cache.ts';
export { type CrossEncoderOptions, createCrossEncoder } from './onnx/cross-encoder.ts';
export { createOnnxEmbedder, type OnnxEmbedder, type OnnxEmbedderOptions } from './onnx/onnx-embedder.ts';
export { isListedModel } from './registry/is-listed-model.ts';
export { type KnownModel, knownModels } from './registry/known-models.ts';
export { localModel } from './registry/local-model.ts';
export {
  type LocalEmbeddingRow,
  type LocalGenerationRow,
  type LocalModelRow,
  type LocalRerankRow,
  type ModelFile,
  type ModelKind,
  type ModelRow,
  modelKinds,
  type Provider,
  type RemoteModelRow,
  type RemoteProvider,
} from './registry/model-row.ts';
export { isLocal, modelRows } from './registry/model-rows.ts';
export type {
  EmbeddingSpec,
  GenerationSpec,
  RemoteEmbeddingSpec,
  RemoteGenerationSpec,
  RemoteRerankSpec,
  RerankSpec,
} from './registry/model-spec.ts';
export { freePrice, type Price, unknownPrice } from './registry/price.ts';
export { resolveModel } from './registry/resolve-model.ts';
export { createTeiEmbedder, type TeiEmbedderOptions } from './tei/tei-embedder.ts';
export { createTeiReranker, type TeiRerankerOptions } from './tei/tei-reranker.ts';
export { createEstimatingTokenizer } from './tokenizer/estimating-tokenizer.ts';
export { loadModelTokenizer, loadTokenizer, type ModelTokenizer } from './tokenizer/model-tokenizer.ts';
