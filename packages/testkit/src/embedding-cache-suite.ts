import { type EmbeddingCache, type EmbeddingKey, embeddingKeyOf } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unitVector } from './random.ts';
import { bitsOf } from './store-suite/harness.ts';

/** A cache under test, over a place that nothing else uses. */
export interface OpenedEmbeddingCache {
  readonly cache: EmbeddingCache;
  /** Opens the same entries a second time, as another process would. The caller closes it. */
  openAgain(): Promise<EmbeddingCache>;
  /** Closes the cache and removes its entries. */
  dispose(): Promise<void>;
}

export interface EmbeddingCacheSuiteOptions {
  /** @param maxBytes the bound; the adapter's default if not given. */
  open(maxBytes?: number): Promise<OpenedEmbeddingCache>;
  /** How far entries may go beyond the bound between two sweeps: 1 for never. */
  readonly slack: number;
}

const dimensions = 256;
const keyOf = (text: string) => embeddingKeyOf('suite', text);

/** Entries of the texts `from`–`to - 1`. */
function entriesOf(from: number, to: number, length = dimensions): Map<EmbeddingKey, Float32Array> {
  return new Map(
    Array.from({ length: to - from }, (_, at) => [
      keyOf(`text ${from + at}`),
      unitVector(from + at + 1, length),
    ]),
  );
}

/**
 * What every `EmbeddingCache` (packages/core/src/ports/embedding-cache.ts) must hold to. Call it at the top
 * level of a test file.
 */
export function describeEmbeddingCache(name: string, options: EmbeddingCacheSuiteOptions): void {
  describe(`${name} as an EmbeddingCache`, () => {
    let opened: OpenedEmbeddingCache;
    const present = new Set<OpenedEmbeddingCache>();
    const open = async (maxBytes?: number): Promise<EmbeddingCache> => {
      opened = await options.open(maxBytes);
      present.add(opened);
      return opened.cache;
    };
    let cache: EmbeddingCache;
    beforeEach(async () => {
      cache = await open();
    });
    afterEach(async () => {
      for (const one of present) await one.dispose();
      present.clear();
    });

    test('an empty cache has nothing, and takes nothing', async () => {
      expect(await cache.get([])).toEqual(new Map());
      expect(await cache.get([keyOf('a')])).toEqual(new Map());
      await cache.put(new Map());
      expect(await cache.get([keyOf('a')])).toEqual(new Map());
    });

    test('a vector comes back bit for bit, whatever its numbers and its length', async () => {
      const odd = [0, -0, 1e-45, -1e-45, 2 ** -126, 3.4e38, -3.4e38, 1 / 3, Number.NaN, Infinity, -Infinity];
      const vectors = new Map([
        [keyOf('odd'), Float32Array.from(odd)],
        [keyOf('one'), Float32Array.of(1)],
        [keyOf('long'), unitVector(1, 4_096)],
        [keyOf('inside another'), new Float32Array(Float32Array.from([9, 9, 0.5, 0.25, 9]).buffer, 8, 2)],
      ]);
      await cache.put(vectors);
      const found = await cache.get([...vectors.keys()]);
      for (const [key, vector] of vectors)
        expect(bitsOf(found.get(key) ?? new Float32Array())).toBe(bitsOf(vector));
    });

    test('keys that are not there are absent from the map, those asked for twice are in it once', async () => {
      await cache.put(entriesOf(0, 3));
      const found = await cache.get([keyOf('text 2'), keyOf('absent'), keyOf('text 0'), keyOf('text 2')]);
      expect([...found.keys()].sort()).toEqual([keyOf('text 0'), keyOf('text 2')].sort());
    });

    test('a key that is there already keeps its vector, and new ones beside it are taken', async () => {
      await cache.put(new Map([[keyOf('a'), Float32Array.of(1, 0)]]));
      await cache.put(
        new Map([
          [keyOf('a'), Float32Array.of(0, 1)],
          [keyOf('b'), Float32Array.of(0, 1)],
        ]),
      );
      expect(await cache.get([keyOf('a'), keyOf('b')])).toEqual(
        new Map([
          [keyOf('a'), Float32Array.of(1, 0)],
          [keyOf('b'), Float32Array.of(0, 1)],
        ]),
      );
    });

    test('does not see what becomes of the vectors it was given, or of those it gave', async () => {
      const vector = Float32Array.of(1, 0);
      await cache.put(new Map([[keyOf('a'), vector]]));
      vector.fill(9);
      (await cache.get([keyOf('a')])).get(keyOf('a'))?.fill(8);
      expect((await cache.get([keyOf('a')])).get(keyOf('a'))).toEqual(Float32Array.of(1, 0));
    });

    test('2,000 vectors of 3,072 dimensions come back as they were put', async () => {
      const vectors = entriesOf(0, 2_000, 3_072);
      await cache.put(vectors);
      const found = await cache.get([...vectors.keys(), keyOf('absent')]);
      expect(found.size).toBe(2_000);
      const wrong = [...vectors].filter(([key, vector]) => {
        const bytes = Buffer.from(vector.buffer);
        const got = found.get(key);
        return got === undefined || !bytes.equals(Buffer.from(got.buffer, got.byteOffset, got.byteLength));
      });
      expect(wrong.length).toBe(0);
    });

    test('what one process put another finds at once, and so does the next', async () => {
      const other = await opened.openAgain();
      await other.put(entriesOf(0, 2));
      expect((await cache.get([keyOf('text 1')])).size).toBe(1);
      await other.close();
      await cache.close();
      const later = await opened.openAgain();
      expect((await later.get([keyOf('text 1')])).size).toBe(1);
      await later.close();
    });

    test('writers at the same time lose nothing, and one of them is first with each key', async () => {
      const other = await opened.openAgain();
      const putFrom = async (writer: EmbeddingCache, value: number) => {
        for (let from = 0; from < 100; from += 10) {
          const keys = [...entriesOf(from, from + 10).keys()];
          await writer.put(new Map(keys.map((key) => [key, Float32Array.of(value, from)])));
        }
      };
      await Promise.all([putFrom(cache, 1), putFrom(other, 2), putFrom(cache, 3)]);
      const keys = [...entriesOf(0, 100).keys()];
      const found = await cache.get(keys);
      expect(found.size).toBe(100);
      expect(await other.get(keys)).toEqual(found);
      for (const [at, key] of keys.entries()) expect(found.get(key)?.[1]).toBe(at - (at % 10));
      await other.close();
    });

    test('the bound holds: the oldest are dropped, the newest are kept, and dropped ones can be put again', async () => {
      const maxBytes = 300_000;
      const vectorBytes = 4 * dimensions;
      const bounded = await open(maxBytes);
      const all = [...entriesOf(0, 1_000).keys()];
      for (let from = 0; from < 1_000; from += 50) {
        await bounded.put(entriesOf(from, from + 50));
        const held = (await bounded.get(all)).size;
        expect(held * vectorBytes).toBeLessThanOrEqual(maxBytes * options.slack);
      }
      const kept = [...(await bounded.get(all)).keys()].map((key) => all.indexOf(key));
      expect(Math.max(...kept)).toBe(999);
      // Nothing newer than what was kept is missing, up to those of one put, which are of one age.
      expect(1_000 - Math.min(...kept)).toBeLessThanOrEqual(kept.length + 50);
      expect(kept.length * vectorBytes).toBeGreaterThan(maxBytes / 2);
      await bounded.put(entriesOf(0, 1));
      expect((await bounded.get([keyOf('text 0')])).size).toBe(1);
    });

    test('answers unavailable once it is closed', async () => {
      await cache.put(entriesOf(0, 1));
      await cache.close();
      await cache.close();
      await expect(cache.get([keyOf('text 0')])).rejects.toMatchObject({ code: 'unavailable' });
      await expect(cache.put(entriesOf(0, 1))).rejects.toMatchObject({ code: 'unavailable' });
      const unused = await opened.openAgain();
      await unused.close();
      await expect(unused.put(entriesOf(0, 1))).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
}
