import { silentLogger } from '@winnow/core';
import { describeBlobStore, redisUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createRedisBlobStore } from './redis-blob-store.ts';

const openStore = (prefix: string) =>
  createRedisBlobStore({ redisUrl: redisUrl(), prefix, log: silentLogger });

describeBlobStore('Redis', async () => openStore(uniquePrefix()));

describe('createRedisBlobStore', () => {
  it('keeps less than a tenth of a text that repeats itself', async () => {
    const prefix = uniquePrefix();
    const store = openStore(prefix);
    const redis = new Redis(redisUrl());
    const text = new TextEncoder().encode('A sentence that is said again and again. '.repeat(1_000));
    await store.put('text', text, 60_000);
    expect(await redis.strlen(`${prefix}:blob:text`)).toBeLessThan(text.length / 10);
    await store.close();
    await redis.quit();
  });

  it('takes bytes that it cannot read for lost', async () => {
    const prefix = uniquePrefix();
    const store = openStore(prefix);
    const redis = new Redis(redisUrl());
    await redis.set(`${prefix}:blob:broken`, 'not compressed', 'PX', 60_000);
    expect(await store.get('broken')).toBeNull();
    await store.close();
    await redis.quit();
  });

  it('sees only the blobs of its own prefix', async () => {
    const [one, other] = [openStore(uniquePrefix()), openStore(uniquePrefix())];
    await one.put('key', Uint8Array.of(1), 60_000);
    expect(await other.get('key')).toBeNull();
    await Promise.all([one.close(), other.close()]);
  });
});
