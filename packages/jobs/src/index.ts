export { type BullJobsOptions, createBullJobs } from './bullmq/bull-jobs.ts';
export { createRedisBlobStore, type RedisBlobStoreOptions } from './bullmq/redis-blob-store.ts';
export { createRedisRateLimitState, type RedisRateLimitOptions } from './bullmq/redis-rate-limit-state.ts';
export { createLocalJobs, createMemoryBlobStore, type MemoryBlobStoreOptions } from './local/index.ts';
export type { OwnedBlobStore } from './owned-blob-store.ts';
