export {
  createModelStore,
  type ModelFiles,
  type ModelProgress,
  type ModelStore,
  type ModelStoreOptions,
} from './files/model-store.ts';
export {
  createLateInteractionReranker,
  type LateInteractionOptions,
} from './late-interaction/late-interaction-reranker.ts';
export { type CrossEncoderOptions, createCrossEncoder } from './onnx/cross-encoder.ts';
export { createOnnxEmbedder, type OnnxEmbedder, type OnnxEmbedderOptions } from './onnx/onnx-embedder.ts';
export {
  createOpenAiEmbedder,
  type OpenAiEmbedderOptions,
  probeOpenAiDimensions,
} from './openai/openai-embedder.ts';
export { createOpenAiGenerator, type OpenAiGeneratorOptions } from './openai/openai-generator.ts';
export { type EmbedderSpec, embedderSpec } from './registry/embedder-spec.ts';
export { findModel } from './registry/find-model.ts';
export type {
  EmbeddingModelRow,
  ModelFile,
  ModelKind,
  ModelRow,
  RerankModelRow,
} from './registry/model-row.ts';
export { modelRows } from './registry/model-rows.ts';
export { createEstimatingTokenizer } from './tokenizer/estimating-tokenizer.ts';
export { loadModelTokenizer, loadTokenizer, type ModelTokenizer } from './tokenizer/model-tokenizer.ts';
