import {
  type DocumentKey,
  documentKeyOf,
  type IndexedVersion,
  liveRef,
  type ManifestEntry,
  type Store,
} from '@winnow/core';
import { corpusOf, documentIdOf } from '@winnow/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByKey } from './merge-by-key.ts';
import { versionsOf } from './versions-of.ts';

const ref = liveRef(corpusOf('handbook'));
const { signal } = new AbortController();

/** Ids of a manifest, and of an index how many versions it has of each. */
const lists = fc.tuple(
  fc.uniqueArray(fc.string({ maxLength: 2 }), { maxLength: 20 }),
  fc.dictionary(fc.string({ maxLength: 2 }), fc.integer({ min: 1, max: 3 }), { maxKeys: 20 }),
);

function versionsIn(counts: Readonly<Record<string, number>>): readonly IndexedVersion[] {
  return Object.entries(counts)
    .flatMap(([id, count]) =>
      Array.from({ length: count }, (_, version) => ({
        documentKey: documentKeyOf(documentIdOf(id)),
        version: `v${version}`,
        revision: version,
        chunks: 1,
        broken: 0,
      })),
    )
    .sort((one, other) =>
      compare(`${one.documentKey} ${one.version}`, `${other.documentKey} ${other.version}`),
    );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

async function* stream<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

describe('mergeByKey', () => {
  it('gives every document once, in order, with all that either list has of it', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async ([ids, counts]) => {
        const entries = ids
          .map((id) => ({ documentId: id }) as ManifestEntry)
          .sort((one, other) => compare(documentKeyOf(one.documentId), documentKeyOf(other.documentId)));
        const versions = versionsIn(counts);
        const merged = await Array.fromAsync(mergeByKey(stream(entries), stream(versions)));
        const keys = [...ids, ...Object.keys(counts)].map((id) => documentKeyOf(documentIdOf(id)));
        expect(merged.map(({ documentKey }) => documentKey)).toEqual([...new Set(keys)].sort(compare));
        expect(merged.flatMap(({ entry }) => entry ?? [])).toEqual(entries);
        expect(merged.flatMap((each) => each.versions)).toEqual(versions);
        for (const { documentKey, entry, versions: own } of merged) {
          if (entry !== undefined) expect(documentKeyOf(entry.documentId)).toBe(documentKey);
          for (const version of own) expect(version.documentKey).toBe(documentKey);
        }
      }),
    );
  });
});

describe('versionsOf', () => {
  const storeOf = (versions: readonly IndexedVersion[], onCall: () => void = () => {}) => {
    const census: Store['chunks']['census'] = async (_, { after, limit }) => {
      onCall();
      const behind =
        after === undefined
          ? versions
          : versions.filter(
              ({ documentKey, version }) =>
                compare(documentKey, after.documentKey) > 0 ||
                (documentKey === after.documentKey && compare(version, after.version) > 0),
            );
      return behind.slice(0, limit);
    };
    return { chunks: { census } } as unknown as Store;
  };

  it('finds all that an index has of some documents, wherever its pages end', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 0, max: 300 }), async ([ids, counts], more) => {
        const versions = versionsIn({ ...counts, many: 250 + more, ...(more % 2 === 0 && { few: 1 }) });
        const keys = [...ids, 'many', 'few'].map((id) => documentKeyOf(documentIdOf(id))).sort(compare);
        const found = await versionsOf(storeOf(versions), ref, keys, signal);
        for (const key of keys) {
          expect(found.get(key)).toEqual(versions.filter(({ documentKey }) => documentKey === key));
        }
      }),
    );
  });

  it('asks once for an index that holds nothing', async () => {
    let calls = 0;
    const keys = Array.from({ length: 500 }, (_, index) => documentKeyOf(documentIdOf(`${index}`))).sort(
      compare,
    );
    const found = await versionsOf(
      storeOf([], () => calls++),
      ref,
      keys as DocumentKey[],
      signal,
    );
    expect(calls).toBe(1);
    expect([...found.values()].every((versions) => versions.length === 0)).toBe(true);
  });
});
