import {
  type DocumentKey,
  documentKeyOf,
  type GenerationRef,
  type IndexedVersion,
  type ManifestEntry,
  manifestInOrder,
  type Store,
} from '@winnow/core';
import { from } from '../waiting/with-patience.ts';

/** Entries and versions read in one go. */
const pageSize = 1_000;

/** What manifest and index say of one document. */
export interface KeyedState {
  readonly documentKey: DocumentKey;
  readonly entry: ManifestEntry | undefined;
  readonly versions: readonly IndexedVersion[];
}

/** Puts together what belongs to the same document, of two lists in order of document key; one step in memory. */
export async function* mergeByKey(
  entries: AsyncIterable<ManifestEntry>,
  versions: AsyncIterable<IndexedVersion>,
): AsyncGenerator<KeyedState> {
  const left = entries[Symbol.asyncIterator]();
  const right = versions[Symbol.asyncIterator]();
  try {
    let entry = await nextOf(left);
    let version = await nextOf(right);
    while (entry !== null || version !== null) {
      const entryKey = entry === null ? null : documentKeyOf(entry.documentId);
      const documentKey = least(entryKey, version?.documentKey ?? null);
      const own: IndexedVersion[] = [];
      while (version?.documentKey === documentKey) {
        own.push(version);
        version = await nextOf(right);
      }
      const isOwn = entry !== null && entryKey === documentKey;
      yield { documentKey, entry: isOwn && entry !== null ? entry : undefined, versions: own };
      if (isOwn) entry = await nextOf(left);
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()]);
  }
}

async function nextOf<Item>(iterator: AsyncIterator<Item>): Promise<Item | null> {
  const next = await iterator.next();
  return next.done === true ? null : next.value;
}

/** Of two of which one is there at least. */
function least(one: DocumentKey | null, other: DocumentKey | null): DocumentKey {
  if (one === null || (other !== null && other < one)) return other ?? ('' as DocumentKey);
  return one;
}

/** All entries of a generation, tombstones included, in order of document key. */
export function entriesInOrder(
  { manifest }: Pick<Store, 'manifest'>,
  ref: GenerationRef,
  signal: AbortSignal,
): AsyncGenerator<ManifestEntry> {
  const list: Store['manifest']['list'] = (of, query) => from('index', manifest.list(of, query));
  return manifestInOrder({ list }, ref, signal);
}

/** All that the index holds, in order of document key. */
export async function* versionsInOrder(
  { chunks }: Pick<Store, 'chunks'>,
  ref: GenerationRef,
  signal: AbortSignal,
): AsyncGenerator<IndexedVersion> {
  let after: IndexedVersion | null = null;
  for (;;) {
    const behind: { after?: IndexedVersion } = after === null ? {} : { after };
    const query = { limit: pageSize, ...behind };
    const page: readonly IndexedVersion[] = await from('index', chunks.census(ref, query, signal));
    yield* page;
    after = page.at(-1) ?? null;
    if (after === null || page.length < pageSize) return;
  }
}
