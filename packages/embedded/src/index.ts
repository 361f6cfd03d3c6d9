export { acquireDataLock, type DataLock, type DataLockOptions } from './data-lock.ts';
export { type EmbeddedStoreOptions, openEmbeddedStore } from './embedded-store.ts';
