import { type CommitResult, type DocumentRevision, documentKeyOf, type Run, runRef } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';

/**
 * Commits a bundle. The version before goes with as many chunks as the manifest counted, which is all there are; only
 * of a document that a doctor found damaged may the index hold others, so that a repair looks for them.
 */
export async function commitBundle(
  { store: { chunks } }: Pick<IngestPorts, 'store'>,
  run: Run,
  revisions: readonly DocumentRevision[],
  signal: AbortSignal,
): Promise<readonly CommitResult[]> {
  const ref = runRef(run);
  if (run.kind !== 'repair') {
    return await chunks.commit(ref, revisions, signal, { unread: run.kind === 'reindex' });
  }
  const results = await chunks.commit(ref, revisions, signal);
  const documents = revisions.map(({ documentId }) => ({
    documentKey: documentKeyOf(documentId),
    version: null,
  }));
  await chunks.discard(ref, documents, signal);
  return results;
}
