import {
  AppError,
  type Corpus,
  type CorpusId,
  type CorpusName,
  isActive,
  liveRef,
  type RunId,
  type Store,
} from '@winnow/core';
import { endRestoreRun, newRestoreRun } from './restore-run.ts';
import { type MovedSource, movedTo, pushPlacesOf, restoredCorpus } from './restored-corpus.ts';
import type { VerifiedArchive } from './verify-archive.ts';

export interface BeginOptions {
  readonly name: CorpusName;
  /** For a corpus that is made now; never used before. */
  readonly corpusId: CorpusId;
  readonly runId: RunId;
  readonly moved: readonly MovedSource[];
  readonly analysis: string;
  readonly now: Date;
}

/**
 * Makes the corpus of a restore, or takes up one that an earlier restore of the same archive left incomplete: from
 * then on this run is at it, and whoever was is shut out.
 * @throws AppError `failed_precondition` where the name is taken.
 */
export async function beginRestore(
  store: Store,
  archive: VerifiedArchive,
  options: BeginOptions,
): Promise<Corpus> {
  const { name, runId, now } = options;
  const existing = await store.corpora.get(name);
  const corpus =
    existing === null
      ? await created(store, archive, options)
      : await takenUp(store, requireSame(existing, archive), options);
  await store.runs.create(newRestoreRun(corpus, runId, archive.end, now));
  await store.manifest.admit(liveRef(corpus), runId);
  return corpus;
}

/** @throws AppError `failed_precondition` unless the corpus is what an earlier restore of the archive left. */
export function requireSame(corpus: Corpus, { end }: Pick<VerifiedArchive, 'end'>): Corpus {
  const { name, deletingSince, restoring } = corpus;
  if (deletingSince !== null) {
    throw new AppError(
      'failed_precondition',
      `corpus ${name} is being deleted: winnow corpus delete ${name} ends it; or restore under another name, with --as`,
    );
  }
  if (restoring === undefined) {
    throw new AppError(
      'failed_precondition',
      `there is a corpus ${name} already: restore under another name, with --as, or delete it first`,
    );
  }
  if (restoring.archive === end.sha256) return corpus;
  throw new AppError(
    'failed_precondition',
    `corpus ${name} is being restored from another archive: go on with that one, or winnow corpus delete ${name}`,
  );
}

async function created(
  store: Store,
  { header, end }: VerifiedArchive,
  { now, runId, ...options }: BeginOptions,
): Promise<Corpus> {
  const restoring = { archive: end.sha256, runId, since: now.toISOString() };
  const corpus = restoredCorpus(header, { ...options, restoring });
  await store.corpora.create(corpus);
  return corpus;
}

async function takenUp(store: Store, corpus: Corpus, { runId, moved, now }: BeginOptions): Promise<Corpus> {
  const before = corpus.restoring?.runId;
  const taken = await store.corpora.update(corpus, (current) =>
    current.restoring === undefined || current.restoring.runId !== before
      ? null
      : {
          ...current,
          sources: movedTo(current.sources, moved),
          restoring: { ...current.restoring, runId },
          activeRuns: { ...current.activeRuns, [String(current.liveGeneration)]: runId },
        },
  );
  if (taken.restoring?.runId !== runId) {
    throw new AppError('failed_precondition', `another restore of ${corpus.name} was begun at the same time`);
  }
  const earlier = before === undefined ? null : await store.runs.get(before);
  if (earlier !== null && isActive(earlier)) {
    const reason = `it was broken off: run ${runId} went on with it`;
    await endRestoreRun(store, earlier.runId, { state: 'canceled', reason, finishedAt: now.toISOString() });
  }
  const places = new Set(pushPlacesOf(taken).values());
  // Of a source that is somewhere else now: no delete of the corpus would find it any more.
  for (const place of pushPlacesOf(corpus).values()) {
    if (!places.has(place)) await store.contents.clear(place);
  }
  return taken;
}
