import {
  type Filter,
  type GenerationRef,
  liveRef,
  matchesFilter,
  type RevisionRef,
  type Store,
} from '@winnow/core';
import type { QueryContext } from '../../ports.ts';
import type { ContextSource } from '../answer-event.ts';

/** Whether each of these revisions is what readers see. */
export async function areCurrent(
  store: Store,
  context: QueryContext,
  revisions: readonly RevisionRef[],
): Promise<boolean> {
  const ids = revisions.map(({ documentId }) => documentId);
  const entries = await store.manifest.get(refOf(context), ids);
  return revisions.every(({ documentId, revision }) => entries.get(documentId)?.liveRevision === revision);
}

/**
 * The revisions that sources stand in. A search does not say which it read, so the manifest is asked first and the
 * chunks after it: of a document that changed before the first question the chunk is not found, and one that changes
 * after it is at another revision when the answer is looked up.
 *
 * @returns null if a source is not there any more, or does not pass the filter any more.
 */
export async function revisionsOf(
  store: Store,
  context: QueryContext,
  sources: readonly ContextSource[],
  filter: Filter | null,
): Promise<readonly RevisionRef[] | null> {
  const ids = [...new Set(sources.map(({ documentId }) => documentId))];
  const entries = await store.manifest.get(refOf(context), ids);
  const revisions = ids.flatMap((documentId) => {
    const revision = entries.get(documentId)?.liveRevision ?? null;
    return revision === null ? [] : [{ documentId, revision }];
  });
  if (revisions.length < ids.length) return null;
  const there = await Promise.all(sources.map((source) => isThere(store, context, source, filter)));
  return there.every(Boolean) ? revisions : null;
}

async function isThere(
  store: Store,
  context: QueryContext,
  { documentId, chunkId, position, title }: ContextSource,
  filter: Filter | null,
): Promise<boolean> {
  const positions = { from: position, to: position };
  const chunks = await store.chunks.ofDocument(refOf(context), documentId, positions);
  const chunk = chunks.find((found) => found.chunkId === chunkId && found.title === title);
  return chunk !== undefined && (filter === null || matchesFilter(filter, chunk.metadata));
}

function refOf({ corpus }: QueryContext): GenerationRef {
  return liveRef(corpus);
}
