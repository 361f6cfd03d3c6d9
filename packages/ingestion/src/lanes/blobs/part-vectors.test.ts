import { type BlobStore, type ChunkId, noUsage } from '@winnow/core';
import { unitVector } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { decodeBlobFrame, encodeBlobFrame } from './blob-frame.ts';
import { getPartVectors, partKeys, putPartVectors } from './part-vectors.ts';

describe('part vectors', () => {
  it('come back bit for bit, wherever the store puts the bytes', async () => {
    const blobs = createMapBlobs();
    const vectors = [1, 2, 3].map((seed) => unitVector(seed, 5));
    const usage = [{ ...noUsage, embedded: 3, modelCalls: 1, tokens: 17 }];
    const tokenVectors = [Uint8Array.of(1, 2, 3), null, new Uint8Array()];
    await putPartVectors(blobs, 'key', { vectors, tokenVectors, usage });
    const back = await getPartVectors(blobs, 'key');
    expect(back?.usage).toEqual(usage);
    expect(back?.tokenVectors).toEqual(tokenVectors);
    expect(back?.vectors.map((vector) => [...vector])).toEqual(vectors.map((vector) => [...vector]));
  });

  it('may be none', async () => {
    const blobs = createMapBlobs();
    await putPartVectors(blobs, 'key', { vectors: [], tokenVectors: [], usage: [noUsage] });
    expect(await getPartVectors(blobs, 'key')).toEqual({ vectors: [], tokenVectors: [], usage: [noUsage] });
  });

  it('count as missing where they are of another version', async () => {
    const blobs = createMapBlobs();
    await putPartVectors(blobs, 'key', { vectors: [], tokenVectors: [], usage: [] });
    const bytes = await blobs.get('key');
    bytes?.set([9], 0);
    expect(await getPartVectors(blobs, 'key')).toBeNull();
    expect(await getPartVectors(blobs, 'unknown')).toBeNull();
  });
});

describe('part keys', () => {
  it('are made with a pause before each', async () => {
    const chunk = {
      ...{ chunkId: 'a' as ChunkId, document: 0, position: 0, start: 0, end: 1, headings: [] },
      ...{ text: 'a', tokenCount: 1, terms: '', modelTokens: [] },
    };
    const part = { documents: [], chunks: [chunk, { ...chunk, text: 'b' }, chunk] };
    let pauses = 0;
    const [first, second, third] = await partKeys(part, 'm', async () => {
      pauses += 1;
    });
    expect(pauses).toBe(3);
    expect(first).toBe(third);
    expect(first).not.toBe(second);
  });
});

describe('blob frame', () => {
  it('keeps header and body, lone surrogates included', () => {
    const frame = encodeBlobFrame({ text: '检索 \ud800 👍' }, Uint8Array.of(1, 2, 3));
    const back = decodeBlobFrame(frame);
    expect(back?.header).toEqual({ text: '检索 \ud800 👍' });
    expect([...(back?.body ?? [])]).toEqual([1, 2, 3]);
  });

  it('is missing where bytes were cut off', () => {
    const frame = encodeBlobFrame({ text: 'retrieval' }, new Uint8Array());
    for (const length of [0, 7, frame.length - 1])
      expect(decodeBlobFrame(frame.subarray(0, length))).toBeNull();
  });
});

/** Gives bytes back at an odd offset, as a network client may. */
function createMapBlobs(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    async put(key, bytes) {
      const place = new Uint8Array(bytes.length + 3);
      place.set(bytes, 3);
      blobs.set(key, place.subarray(3));
    },
    get: async (key) => blobs.get(key) ?? null,
    async delete(keys) {
      for (const key of keys) blobs.delete(key);
    },
  };
}
