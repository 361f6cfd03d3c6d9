export { type BullJobsOptions, createBullJobs } from './bullmq/bull-jobs.ts';
export { createRedisBlobStore, type RedisBlobStoreOptions } from './bullmq/redis-blob-store.ts';
export { createRedisRateLimitState, type RedisRateLimitOptions } from './bullmq/redis-rate-limit-state.ts';
export { createLocalJobs } from './local/local-jobs.ts';
export { createMemoryBlobStore, type MemoryBlobStoreOptions } from './local/memory-blob-store.ts';
export type { OwnedBlobStore } from './owned-blob-store.ts';
