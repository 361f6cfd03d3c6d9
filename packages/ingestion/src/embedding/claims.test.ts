import type { EmbeddingKey } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { createClaims } from './claims.ts';

const keys = (...names: string[]) => names as EmbeddingKey[];

describe('createClaims', () => {
  it('embeds a text that two jobs meet at the same time once', async () => {
    const claims = createClaims();
    const vectors = new Map<EmbeddingKey, Float32Array>();
    const embedded: string[] = [];
    const job = (wanted: EmbeddingKey[]) =>
      claims.embedMissing(
        wanted,
        async () => new Map(vectors),
        async (known) => {
          const missing = wanted.filter((key) => !known.has(key));
          embedded.push(...missing);
          await Promise.resolve();
          for (const key of missing) vectors.set(key, new Float32Array());
        },
      );
    await Promise.all([job(keys('a', 'b')), job(keys('b', 'c')), job(keys('c', 'a', 'd'))]);
    expect(embedded.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes over what another job failed to embed', async () => {
    const claims = createClaims();
    const lookUp = async () => new Map<EmbeddingKey, Float32Array>();
    const failing = claims.embedMissing(keys('a'), lookUp, async () => {
      throw new Error('refused');
    });
    const second = claims.embedMissing(keys('a'), lookUp, async (known) => known.size);
    await expect(failing).rejects.toThrow('refused');
    expect(await second).toBe(0);
  });
});
