export { type ClosableBlobStore, describeBlobStore } from './blob-suite.ts';
export {
  type ChunkOptions,
  chunkOf,
  contentHashOf,
  corpusOf,
  documentIdOf,
  generationOf,
  newRevisionOf,
  type RevisionOptions,
  revisionOf,
  runIdOf,
  runOf,
  termsOf,
  testDimensions,
  unitVectorOf,
} from './builders.ts';
export { describeEmbedder, type EmbedderSuiteOptions } from './embedder-suite.ts';
export {
  createHashingEmbedder,
  createWordTokenizer,
  type HashingEmbedderOptions,
} from './hashing-embedder.ts';
export { type CreateJobSystem, eventually, gate, untilAborted } from './jobs-suite/harness.ts';
export { describeJobSystem } from './jobs-suite.ts';
export { createMapSource, type DocumentMap, parseParagraphs } from './map-source.ts';
export {
  type OpenAiFault,
  type OpenAiRequest,
  type OpenAiServer,
  startOpenAiServer,
  type WireEmbedding,
} from './openai-server.ts';
export { randomOf, seedOf, sentencesOf, unitVector } from './random.ts';
export { elasticsearchUrl, redisUrl, uniquePrefix } from './services.ts';
export type { OpenedStore, StoreSuiteOptions } from './store-suite/harness.ts';
export { describeStore } from './store-suite.ts';
