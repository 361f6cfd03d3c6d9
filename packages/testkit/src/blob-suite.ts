import type { BlobStore } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** A store that is closed after each test. */
export interface ClosableBlobStore extends BlobStore {
  close(): Promise<void>;
}

const hourMs = 3_600_000;

/**
 * What every `BlobStore` (packages/core/src/ports/blob-store.ts) must hold to. Call it at the top level of a
 * test file.
 *
 * @param create opens a store that no other test sees, with room for 8 MB.
 */
export function describeBlobStore(name: string, create: () => Promise<ClosableBlobStore>): void {
  describe(`${name} as a BlobStore`, () => {
    let store: ClosableBlobStore;
    beforeEach(async () => {
      store = await create();
    });
    afterEach(async () => {
      await store.close();
    });

    it.each([
      ['no bytes', new Uint8Array()],
      ['every byte', Uint8Array.from({ length: 256 }, (_, i) => i)],
      ['2 MB that compress', new Uint8Array(2_000_000).fill(7)],
      ['Chinese text and an emoji', new TextEncoder().encode('人生若只如初见 😀'.repeat(1_000))],
      ['vectors', new Uint8Array(Float32Array.from({ length: 50_000 }, Math.sin).buffer)],
    ])('gives back %s', async (_, bytes) => {
      await store.put('key', bytes, hourMs);
      const found = await store.get('key');
      expect(found === null ? null : Buffer.compare(found, bytes)).toBe(0);
    });

    it('keeps blobs apart whose keys differ in unusual characters', async () => {
      const keys = ['a', 'a:', 'a:b', 'a b', '甲', '甲乙', '*', 'constructor'];
      for (const [i, key] of keys.entries()) await store.put(key, Uint8Array.of(i), hourMs);
      const found = await Promise.all(keys.map((key) => store.get(key)));
      expect(found.map((bytes) => bytes?.[0])).toEqual(keys.map((_, i) => i));
    });

    it('does not see what becomes of the bytes it was given, or of those it gave', async () => {
      const bytes = Uint8Array.of(1, 2, 3);
      await store.put('key', bytes, hourMs);
      bytes.fill(9);
      (await store.get('key'))?.fill(8);
      expect([...((await store.get('key')) ?? [])]).toEqual([1, 2, 3]);
    });

    it('replaces the blob of a key', async () => {
      await store.put('key', Uint8Array.of(1), hourMs);
      await store.put('key', Uint8Array.of(2), hourMs);
      expect([...((await store.get('key')) ?? [])]).toEqual([2]);
    });

    it('knows nothing of a key that was never put', async () => {
      expect(await store.get('key')).toBeNull();
    });

    it('deletes the keys it is given and no other, those it does not have included', async () => {
      await store.put('a', Uint8Array.of(1), hourMs);
      await store.put('b', Uint8Array.of(2), hourMs);
      await store.put('c', Uint8Array.of(3), hourMs);
      await store.delete(['a', 'b', 'never-put']);
      await store.delete([]);
      expect(await Promise.all(['a', 'b', 'c'].map((key) => store.get(key)))).toEqual([
        null,
        null,
        expect.anything(),
      ]);
    });

    it('loses a blob when its time is up', async () => {
      await store.put('brief', Uint8Array.of(1), 20);
      await store.put('long', Uint8Array.of(2), hourMs);
      await vi.waitFor(async () => expect(await store.get('brief')).toBeNull(), {
        timeout: 30_000,
        interval: 5,
      });
      expect(await store.get('long')).not.toBeNull();
    });

    it('answers unavailable once it is closed', async () => {
      await store.close();
      await expect(store.put('key', Uint8Array.of(1), hourMs)).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
}
