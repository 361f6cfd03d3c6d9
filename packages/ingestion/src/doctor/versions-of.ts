import type { DocumentKey, GenerationRef, IndexedVersion, Store } from '@winnow/core';
import { from } from '../waiting/with-patience.ts';

/** Versions read in one go. */
const pageSize = 200;

/** Part of a census: everything from a key up to another one. */
interface Window {
  readonly from: DocumentKey;
  /** The first key that may not be in it as a whole; null: it goes to the end. */
  readonly to: DocumentKey | null;
  readonly versions: readonly IndexedVersion[];
}

/**
 * What the index holds now of some documents. Keys that lie close together share a read, so that a lost index costs
 * one, and a few bad documents one each.
 * @param keys in order.
 */
export async function versionsOf(
  { chunks }: Pick<Store, 'chunks'>,
  ref: GenerationRef,
  keys: readonly DocumentKey[],
  signal: AbortSignal,
): Promise<ReadonlyMap<DocumentKey, readonly IndexedVersion[]>> {
  const found = new Map<DocumentKey, readonly IndexedVersion[]>();
  let window: Window | null = null;
  for (const key of keys) {
    if (window === null || !covers(window, key)) window = await read(key);
    found.set(
      key,
      window.versions.filter(({ documentKey }) => documentKey === key),
    );
  }
  return found;

  async function read(key: DocumentKey): Promise<Window> {
    const versions: IndexedVersion[] = [];
    let after: Pick<IndexedVersion, 'documentKey' | 'version'> = { documentKey: key, version: '' };
    for (;;) {
      const query = { limit: pageSize, after };
      const page: readonly IndexedVersion[] = await from('index', chunks.census(ref, query, signal));
      versions.push(...page);
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return { from: key, to: null, versions };
      if (last.documentKey !== key) return { from: key, to: last.documentKey, versions };
      after = last;
    }
  }
}

function covers({ from, to }: Window, key: DocumentKey): boolean {
  return key >= from && (to === null || key < to);
}
