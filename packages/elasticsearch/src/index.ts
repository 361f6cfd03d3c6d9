export type { ElasticsearchAuth } from './connection.ts';
export { createElasticsearchStore, type ElasticsearchStoreOptions } from './store.ts';
