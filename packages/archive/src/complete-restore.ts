import {
  AppError,
  type Corpus,
  type DocumentId,
  type GenerationRef,
  type IndexedVersion,
  liveRef,
  noCounts,
  type Run,
  type RunId,
  type Store,
} from '@winnow/core';
import { endRestoreRun } from './restore-run.ts';
import type { VerifiedArchive } from './verify-archive.ts';

/** Versions counted in one go. */
const pageSize = 1_000;

/**
 * Counts what is there, and lets readers in. The run is ended first: broken off in between, the corpus says that it is
 * incomplete, and the next restore finds nothing left to do.
 * @throws AppError `internal` where less or more is there than the archive holds; `canceled` where another restore has
 * taken over.
 */
export async function completeRestore(
  { store, now }: { readonly store: Store; readonly now: () => Date },
  { header, end }: VerifiedArchive,
  restored: { readonly corpus: Corpus; readonly runId: RunId; readonly refused: readonly DocumentId[] },
  signal: AbortSignal,
): Promise<{ readonly corpus: Corpus; readonly run: Run }> {
  const { corpus, runId, refused } = restored;
  const ref = liveRef(corpus);
  await store.corpora.publishGeneration(ref);
  await store.chunks.compact(ref);
  const tally = await store.manifest.tally(ref);
  requireCount('searchable documents', tally.searchable, end.searchable - refused.length);
  requireCount('documents in the inbox', tally.failed, end.failed + refused.length);
  if (refused.length === 0) {
    requireCount('chunks', tally.chunks, end.chunks);
    requireCount('chunks in the index', await chunksIn(store, ref, signal), end.chunks);
  }
  await endRestoreRun(store, runId, {
    state: 'completed',
    reason: null,
    finishedAt: now().toISOString(),
    counts: {
      ...noCounts,
      accepted: end.documents,
      new: end.documents - tally.failed,
      failed: tally.failed,
      reused: tally.chunks,
    },
    inbox: tally.failed - tally.dismissed,
  });
  const whole = await store.corpora.update(corpus, (current) => {
    const { restoring, ...rest } = current;
    if (restoring?.runId !== runId) return null;
    return { ...rest, golden: header.corpus.golden };
  });
  const run = await store.runs.get(runId);
  if (whole.restoring === undefined && run !== null) return { corpus: whole, run };
  throw new AppError('canceled', `another restore of ${corpus.name} has taken over`);
}

function requireCount(what: string, found: number, wanted: number): void {
  if (found === wanted) return;
  throw new AppError('internal', `the restored corpus has ${found} ${what} and should have ${wanted}`);
}

async function chunksIn(
  { chunks }: Pick<Store, 'chunks'>,
  ref: GenerationRef,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  let after: IndexedVersion | undefined;
  do {
    const page: readonly IndexedVersion[] = await chunks.census(
      ref,
      { limit: pageSize, ...(after !== undefined && { after }) },
      signal,
    );
    for (const version of page) count += version.chunks;
    after = page.length < pageSize ? undefined : page.at(-1);
  } while (after !== undefined);
  return count;
}
