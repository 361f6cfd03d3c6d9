import type { Corpus, ManifestEntry, Store } from '@winnow/core';

/**
 * Forgets what was kept of documents that were pushed to a source which somebody removed. Before they are removed from
 * the index: broken off in between, it is done again by the next run.
 */
export async function forgetPushed(
  { contents }: Pick<Store, 'contents'>,
  { removedSources }: Pick<Corpus, 'removedSources'>,
  gone: readonly Pick<ManifestEntry, 'documentId' | 'sourceId'>[],
): Promise<void> {
  for (const { sourceId, settings } of removedSources) {
    if (settings.kind !== 'push') continue;
    const own = gone.filter((entry) => entry.sourceId === sourceId);
    const changes = own.map(({ documentId }) => {
      return { documentId, content: null, version: null, idempotencyKey: null } as const;
    });
    if (changes.length > 0) await contents.put(settings.place, changes);
  }
}
