export { createLocalJobs } from './local-jobs.ts';
export { createMemoryBlobStore, type MemoryBlobStoreOptions } from './memory-blob-store.ts';
