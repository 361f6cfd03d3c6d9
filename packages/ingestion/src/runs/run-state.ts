import {
  AppError,
  type Corpus,
  type Generation,
  generationNumbered,
  isActive,
  type Run,
  type RunCounts,
  type RunId,
  runRef,
  type Tally,
} from '@winnow/core';
import { isUpToDate, makeReady, scanAgain } from '../generations/complete-build.ts';
import { readFromItself } from '../generations/stored-source.ts';
import { isPostponed } from '../planning/scan-passes.ts';
import { scanPostponed } from '../planning/scan-postponed.ts';
import type { IngestPorts } from '../ports.ts';
import { released } from '../waiting/hold-run.ts';

/** What a job works for. */
export interface RunningRun {
  readonly run: Run;
  readonly corpus: Corpus;
  readonly generation: Generation;
}

/**
 * The corpus and generation that a run writes to; null where either is gone, or the name is another corpus' by now:
 * nothing is left to be done.
 */
export async function targetOf({ store }: Pick<IngestPorts, 'store'>, run: Run): Promise<RunningRun | null> {
  const corpus = await store.corpora.get(run.corpus);
  if (corpus === null || corpus.deletingSince !== null) return null;
  const generation = corpus.generations.find(({ physicalName }) => physicalName === run.physicalName);
  if (generation === undefined || generation.state === 'dropped') return null;
  return {
    run,
    corpus: run.fromText === true ? readFromItself(corpus) : corpus,
    generation: generationNumbered(corpus, generation.number),
  };
}

/**
 * Closes a run whose lanes have all come to their end, if nothing is pending any more. Safe to call at any time, by
 * several workers at once. One that has postponed sources goes on with them instead, and so does a build that is behind
 * the live generation.
 * @returns whether nothing is pending.
 */
export async function completeIfDone(ports: IngestPorts, run: Run): Promise<boolean> {
  const tally = await ports.store.manifest.tally(runRef(run), run.runId);
  if (tally.pending > 0) return false;
  if (isPostponed(run)) {
    await scanPostponed(ports, run);
    return true;
  }
  if (run.kind === 'reindex' && !(await completesBuild(ports, run))) return true;
  await endRun(ports, run, 'completed', { tally });
  return true;
}

/** Whether a build is at its end; where it is not, it goes on with another look at its sources. */
async function completesBuild(ports: IngestPorts, run: Run): Promise<boolean> {
  const target = await targetOf(ports, run);
  if (target === null) return true;
  if (!(await isUpToDate(ports, target))) {
    await scanAgain(ports, run);
    return false;
  }
  await makeReady(ports, target);
  return true;
}

/** Ends an active run for a reason that concerns all of it. What is pending is adopted by the next run. */
export async function failRun(ports: IngestPorts, runId: RunId, error: AppError): Promise<void> {
  const run = await ports.store.runs.get(runId);
  if (run === null || !isActive(run)) return;
  await endRun(ports, run, 'failed', { reason: error.message });
  ports.log.error({ event: 'run-failed', runId, code: error.code, error });
}

/**
 * Ends a run, with the counts that the manifest gives: those kept along the way may lack what was in the hands of
 * a worker that died.
 */
export async function endRun(
  ports: IngestPorts,
  run: Run,
  state: 'completed' | 'failed' | 'canceled',
  options: { readonly tally?: Tally; readonly reason?: string } = {},
): Promise<Run> {
  const { store, now, log } = ports;
  const tally = options.tally ?? (await tallied(ports, run));
  const inbox = tally === null ? null : await inboxSize(ports, run);
  let isOurs = false;
  const ended = await store.runs.update(run.runId, (current) => {
    // A push may have come meanwhile, and have had its lane begin again.
    const goesOn =
      state === 'completed' && current.kind === 'push' && current.chains.some((chain) => chain > 0);
    isOurs = isActive(current) && !goesOn;
    if (!isOurs) return null;
    return {
      ...released(current, now()),
      state,
      ...(tally !== null && {
        counts: exactCounts(current, tally),
        changes: { ...current.changes, deleted: tally.deleted },
      }),
      inbox,
      reason: options.reason ?? current.reason,
      finishedAt: now().toISOString(),
    };
  });
  ports.troubles.clear(run.runId);
  if (isOurs) log.info({ event: `run-${state}`, runId: run.runId, corpus: run.corpus });
  if (isOurs && state === 'completed' && run.kind !== 'push') await compact(ports, run);
  return ended;
}

/** Without it the index is only slower. */
async function compact({ store, log }: IngestPorts, run: Run): Promise<void> {
  try {
    await store.chunks.compact(runRef(run));
  } catch (thrown) {
    log.warn({ event: 'index-not-compacted', runId: run.runId, error: AppError.from(thrown) });
  }
}

/** Null where the generation cannot be asked any more. */
async function tallied({ store }: IngestPorts, run: Run): Promise<Tally | null> {
  return await store.manifest.tally(runRef(run), run.runId).catch(() => null);
}

async function inboxSize({ store }: IngestPorts, run: Run): Promise<number | null> {
  const tally = await store.manifest.tally(runRef(run)).catch(() => null);
  return tally === null ? null : tally.failed - tally.dismissed;
}

/** The manifest knows what is live of a run, and not whether an older version was: new ones are counted first. */
function exactCounts({ counts, changes }: Run, { live, failed, usage }: Tally): RunCounts {
  const missing = Math.max(0, live - counts.new - counts.changed);
  const missingNew = Math.min(missing, Math.max(0, changes.new - counts.new));
  const { embedded, reused, modelCalls, tokens } = usage;
  return {
    ...counts,
    new: counts.new + missingNew,
    changed: counts.changed + missing - missingNew,
    failed,
    embedded,
    reused,
    modelCalls,
    tokens,
  };
}
