import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { AppError, type Logger } from '@winnow/core';
import type { OwnedBlobStore } from '../owned-blob-store.ts';
import { answered, connectRedis } from './redis-connection.ts';

export interface RedisBlobStoreOptions {
  readonly redisUrl: string;
  /** Every key begins with it. */
  readonly prefix: string;
  readonly log: Logger;
}

/** Redis holds no longer value. */
const maxBlobBytes = 512 * 1024 * 1024;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Blobs in Redis, compressed by zstd at its fastest level; Redis drops them when their time is up. */
export function createRedisBlobStore({ redisUrl, prefix, log }: RedisBlobStoreOptions): OwnedBlobStore {
  const redis = connectRedis(redisUrl, 'impatient', log);
  const keyOf = (key: string) => `${prefix}:blob:${key}`;
  return {
    async put(key, bytes, ttlMs) {
      const packed = await compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
      if (packed.length > maxBlobBytes) {
        throw new AppError(
          'invalid_argument',
          `a blob of ${packed.length} bytes is over the limit of ${maxBlobBytes}`,
        );
      }
      await answered(redis, redis.set(keyOf(key), packed, 'PX', Math.max(1, Math.ceil(ttlMs))));
    },
    async get(key) {
      const packed = await answered(redis, redis.getBuffer(keyOf(key)));
      if (packed === null) return null;
      try {
        return await decompress(packed, { maxOutputLength: maxBlobBytes });
      } catch (error) {
        log.warn({ event: 'blob-unreadable', key, message: AppError.from(error).message });
        return null;
      }
    },
    async delete(keys) {
      if (keys.length > 0) await answered(redis, redis.unlink(...keys.map(keyOf)));
    },
    async close() {
      redis.disconnect();
    },
  };
}
