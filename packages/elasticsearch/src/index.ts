export type { ElasticsearchAuth } from './connection/connection-options.ts';
export {
  createElasticsearchEmbeddingCache,
  type ElasticsearchEmbeddingCacheOptions,
} from './embedding-cache/elasticsearch-embedding-cache.ts';
export { createElasticsearchLedger } from './ledger/elasticsearch-ledger.ts';
export { createElasticsearchStore, type ElasticsearchStoreOptions } from './store.ts';
