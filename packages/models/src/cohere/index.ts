export {
  type CohereEmbedderOptions,
  createCohereEmbedder,
  probeCohereDimensions,
} from './cohere-embedder.ts';
export { type CohereRerankerOptions, createCohereReranker } from './cohere-reranker.ts';
