import type { DocumentKey, GenerationRef, IndexedVersion, ManifestEntry, Store } from '@winnow/core';

/** Versions looked at in one go. */
const pageSize = 1_000;

/**
 * Removes chunks that no manifest entry owns: left by a crash between two steps, or of a version that was given up.
 * Versions are listed before their entries are read: one that nobody can make live by then stays dead, since
 * revisions only grow; and the index looks once more before it removes any.
 * @returns how many chunks were removed.
 */
export async function sweep(
  { chunks, manifest }: Pick<Store, 'chunks' | 'manifest'>,
  ref: GenerationRef,
  signal: AbortSignal,
): Promise<number> {
  let swept = 0;
  let page = await chunks.census(ref, { limit: pageSize }, signal);
  while (page.length > 0) {
    const owners = await ownersOf(manifest, ref, page);
    const dead = page.filter((version) => !mayBeRead(version, owners.get(version.documentKey)));
    if (dead.length > 0) swept += await chunks.discard(ref, dead, signal);
    const after = page.at(-1);
    if (after === undefined || page.length < pageSize) break;
    page = await chunks.census(ref, { limit: pageSize, after }, signal);
  }
  return swept;
}

/** True for what is live, and for what the newest revision's worker may be about to make live. */
export function mayBeRead({ version, revision }: IndexedVersion, entry: ManifestEntry | undefined): boolean {
  if (entry === undefined) return false;
  if (entry.liveVersion === version) return true;
  return entry.state === 'pending' && entry.revision === revision;
}

/** The manifest entries of the documents that a page of the census is about, by document key. */
async function ownersOf(
  manifest: Store['manifest'],
  ref: GenerationRef,
  page: readonly IndexedVersion[],
): Promise<ReadonlyMap<DocumentKey, ManifestEntry>> {
  return await manifest.getByKey(ref, [...new Set(page.map(({ documentKey }) => documentKey))]);
}
