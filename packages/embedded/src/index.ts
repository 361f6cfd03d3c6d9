export { acquireDataLock, type DataLock, type DataLockOptions, serviceOf } from './data-lock.ts';
export { type EmbeddedStoreOptions, openEmbeddedStore } from './embedded-store.ts';
export {
  type EmbeddedEmbeddingCacheOptions,
  openEmbeddedEmbeddingCache,
} from './embedding-cache/embedded-embedding-cache.ts';
export { type EmbeddedLedgerOptions, openEmbeddedLedger } from './ledger/embedded-ledger.ts';
