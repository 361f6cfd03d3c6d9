import { type Corpus, type GenerationRef, isActive, type ManifestEntry, type Store } from '@winnow/core';
import { isHeld } from '../waiting/hold-run.ts';
import { from } from '../waiting/with-patience.ts';

/** Runs that are looked at: a generation has one that is active, and few end while it is examined. */
const maxRuns = 20;

/** What is being done to a generation while it is examined. */
export interface Activity {
  /** A run is comparing source and manifest: what it has not come to yet is not missing. */
  readonly isPlanned: boolean;
  /** What changed later than this, in ms since 1970, is in somebody's hands. */
  readonly youngAfterMs: number;
  /** A run is at work, or was since the examination began. */
  readonly isBusy: boolean;
}

/** @param startedAt when the examination began. */
export async function activityOf(
  { runs }: Pick<Store, 'runs'>,
  corpus: Corpus,
  { physicalName }: GenerationRef,
  { startedAt, now, graceMs }: { readonly startedAt: Date; readonly now: Date; readonly graceMs: number },
): Promise<Activity> {
  const own = (await from('index', runs.list(corpus.name, maxRuns))).filter(
    (run) => run.physicalName === physicalName,
  );
  const startedMs = startedAt.getTime();
  const isBusy = own.some(
    (run) => isActive(run) || (run.finishedAt !== null && Date.parse(run.finishedAt) > startedMs),
  );
  return {
    isPlanned: own.some((run) => run.state === 'planning' && !isHeld(run)),
    isBusy,
    // Where nobody writes, what changed just before is as it will be.
    youngAfterMs: isBusy ? Math.min(startedMs, now.getTime() - graceMs) : startedMs,
  };
}

/** Whether a document is being changed right now, so that what is odd about it is a moment of its life. */
export function isYoung({ state, updatedAt }: ManifestEntry, { isBusy, youngAfterMs }: Activity): boolean {
  return (isBusy && state === 'pending') || Date.parse(updatedAt) > youngAfterMs;
}
