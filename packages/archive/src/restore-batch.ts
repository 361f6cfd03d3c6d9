import type {
  CommitResult,
  DocumentId,
  GenerationRef,
  ManifestEntry,
  RevisionRef,
  RunId,
  Store,
} from '@winnow/core';
import type { ArchivedDocument } from './read-archive.ts';
import { failedRevision, firstRevision, type Remaking, revisionOf } from './restored-document.ts';

/** Where documents are restored to, and by which run. */
export interface RestoreTarget {
  readonly store: Pick<Store, 'manifest' | 'chunks'>;
  readonly ref: GenerationRef;
  readonly runId: RunId;
  readonly remaking: Remaking;
}

/**
 * Writes some documents of an archive: accepted, committed with the archive's vectors, failed and dismissed as they
 * were. Safe to repeat, and to break off anywhere: what is there already is passed over.
 * @returns documents that the index refused.
 * @throws AppError `canceled` if another run was admitted to the manifest; otherwise as the store does.
 */
export async function restoreBatch(
  target: RestoreTarget,
  documents: readonly ArchivedDocument[],
  signal: AbortSignal,
): Promise<readonly DocumentId[]> {
  const { store, ref, runId, remaking } = target;
  const { manifest, chunks } = store;
  const ids = documents.map(({ line }) => line.documentId);
  const before = await manifest.get(ref, ids);

  const unknown = documents.filter(({ line }) => !before.has(line.documentId));
  if (unknown.length > 0)
    await manifest.accept(
      ref,
      runId,
      unknown.map(({ line }) => firstRevision(line)),
    );

  const open = documents.filter(({ line }) => line.live !== null && isOpen(before.get(line.documentId)));
  const revisions = open.map((document) => revisionOf(document, remaking));
  // Nobody reads the corpus before all of it is there.
  const results = revisions.length === 0 ? [] : await chunks.commit(ref, revisions, signal, { unread: true });
  const refused = results.filter((result) => result.outcome === 'rejected');
  if (refused.length > 0) await manifest.fail(ref, refused.map(failureOf));

  const failing = documents.filter(
    ({ line }) => line.live !== null && line.failed !== null && before.get(line.documentId)?.revision !== 2,
  );
  if (failing.length > 0)
    await manifest.accept(
      ref,
      runId,
      failing.map(({ line }) => failedRevision(line)),
    );

  const dismissed = documents.filter(({ line }) => line.failed?.dismissed === true);
  if (dismissed.length > 0) await manifest.dismiss(ref, dismissed.map(newestOf));
  return refused.map(({ documentId }) => documentId);
}

/** Not known, or accepted and not committed, since what was at it was broken off. */
function isOpen(entry: ManifestEntry | undefined): boolean {
  return entry === undefined || (entry.state === 'pending' && entry.liveRevision === null);
}

function failureOf(result: CommitResult & { readonly outcome: 'rejected' }) {
  const { documentId, revision, reason } = result;
  return { documentId, revision, reason };
}

function newestOf({ line: { documentId, live } }: ArchivedDocument): RevisionRef {
  return { documentId, revision: live === null ? 1 : 2 };
}
