import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddingKey, embeddingKeyOf } from '@winnow/core';
import { describeEmbeddingCache, unitVector } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedEmbeddingCache } from './embedded-embedding-cache.ts';

let folder: string;

describeEmbeddingCache('embedded', {
  slack: 1,
  async open(maxBytes) {
    const own = await mkdtemp(join(tmpdir(), 'winnow-embeddings-'));
    const open = () =>
      openEmbeddedEmbeddingCache({
        path: join(own, 'embeddings.db'),
        ...(maxBytes !== undefined && { maxBytes }),
      });
    const cache = open();
    return {
      cache,
      openAgain: async () => open(),
      async dispose() {
        await cache.close();
        await rm(own, { recursive: true });
      },
    };
  },
});

describe('the file of the embedding cache', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winnow-embeddings-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('is not made by looking', async () => {
    const cache = openEmbeddedEmbeddingCache({ path: join(folder, 'data', 'embeddings.db') });
    expect(await cache.get([embeddingKeyOf('model', 'text')])).toEqual(new Map());
    await cache.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('has a write-ahead log beside it that is bounded, however small the puts are', async () => {
    const path = join(folder, 'embeddings.db');
    const cache = openEmbeddedEmbeddingCache({ path });
    let largest = 0;
    for (let put = 0; put < 200; put++) {
      await cache.put(new Map([[embeddingKeyOf('model', `${put}`), unitVector(put, 64)]]));
      largest = Math.max(largest, (await stat(`${path}-wal`)).size);
    }
    await cache.close();
    expect(largest).toBeLessThan(10 * 1024 * 1024);
  });

  test.each([256, 1_024, 1_536, 3_072])(
    'of %d dimensions is as large as its bound says, however much is put, and full of vectors',
    async (dimensions) => {
      const maxBytes = 16 * 1024 * 1024;
      const path = join(folder, 'embeddings.db');
      const cache = openEmbeddedEmbeddingCache({ path, maxBytes });
      const perPut = Math.floor(maxBytes / 10 / (4 * dimensions));
      const vector = unitVector(1, dimensions);
      const all: EmbeddingKey[] = [];
      for (let put = 0; put < 25; put++) {
        const keys = Array.from({ length: perPut }, (_, at) => embeddingKeyOf('model', `${put} ${at}`));
        await cache.put(new Map(keys.map((key) => [key, vector])));
        all.push(...keys);
      }
      expect(((await cache.get(all)).size * 4 * dimensions) / maxBytes).toBeGreaterThan(0.9);
      await cache.close();
      const ratio = (await stat(path)).size / maxBytes;
      expect(ratio).toBeLessThan(1.05);
      expect(ratio).toBeGreaterThan(0.95);
    },
  );
});
