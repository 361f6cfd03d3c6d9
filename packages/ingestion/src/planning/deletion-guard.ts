import type { DeletionGuard, ManifestEntry, Uncovered, Withheld } from '@winnow/core';

/**
 * How many documents a run may delete without anybody having said so.
 * @param searchable documents of the generation.
 */
export function deletionLimit({ documents, share }: DeletionGuard, searchable: number): number {
  return Math.max(documents, Math.floor(share * searchable));
}

/**
 * Whether a run's deletions are held back, all of them: more that is searchable would go than the corpus' limit, or more
 * of any kind than somebody approved of. What never got in is no loss to readers, however much of it there is.
 * @param gone documents that would be deleted, and those of them that are searchable.
 * @returns null where they may go on.
 */
export function withheldDeletions(
  gone: { readonly all: number; readonly searchable: number },
  { limit, approved }: { readonly limit: number; readonly approved: number | null },
): Withheld | null {
  if (approved !== null) return gone.all > approved ? { count: gone.all, limit: approved } : null;
  return gone.searchable > limit ? { count: gone.all, limit } : null;
}

/** Whether readers find a version of a document, be it the newest or not. */
export function isSearchable({ liveRevision }: Pick<ManifestEntry, 'liveRevision'>): boolean {
  return liveRevision !== null;
}

/** Whether nothing can be said about a document, since the place where it would be was not looked into. */
export function isUncovered(
  document: { readonly documentId: string; readonly sourceId: string },
  uncovered: readonly Uncovered[],
): boolean {
  return uncovered.some(
    ({ sourceId, prefix }) => sourceId === document.sourceId && document.documentId.startsWith(prefix),
  );
}

/** More places than this are kept as one: the whole source. */
const maxUncovered = 200;

/** Adds places that could not be looked into; one within another, or too many of a source, become one. */
export function addUncovered(known: readonly Uncovered[], more: readonly Uncovered[]): readonly Uncovered[] {
  let all = [...known];
  for (const place of more) {
    if (isUncovered({ documentId: place.prefix, sourceId: place.sourceId }, all)) continue;
    all = all.filter((each) => each.sourceId !== place.sourceId || !each.prefix.startsWith(place.prefix));
    all.push(place);
  }
  for (const [sourceId, places] of Map.groupBy(all, (place) => place.sourceId)) {
    if (places.length <= maxUncovered) continue;
    const reason = `${places.length} places could not be looked into, such as ${places[0]?.prefix}`;
    all = [...all.filter((place) => place.sourceId !== sourceId), { sourceId, prefix: '', reason }];
  }
  return all;
}
