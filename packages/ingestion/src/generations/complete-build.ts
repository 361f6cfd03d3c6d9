import { generationRef, liveRef, type Run, runRef } from '@winnow/core';
import { freshChains, planJob } from '../lanes/lane.ts';
import type { IngestPorts } from '../ports.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { withGeneration } from './change-generation.ts';
import { compareGenerations } from './compare-generations.ts';

/**
 * Scans after the first one in which a build follows what changed meanwhile. Of sources that change faster than they
 * are read, the last scan is as good as any.
 */
const maxRounds = 20;

/**
 * Whether a build whose documents are all done holds what the live generation holds: what syncs have changed since
 * its scan has to be in it. One that has just scanned everything and found nothing to do does, whatever the live one
 * may lack.
 */
export async function isUpToDate(
  { store }: Pick<IngestPorts, 'store'>,
  { run, corpus }: Pick<RunningRun, 'run' | 'corpus'>,
): Promise<boolean> {
  const { round = 1, doneBefore = 0 } = run.plan;
  if (round >= maxRounds) return true;
  if (round > 1 && workOf(run) === doneBefore) return true;
  const { documents } = await compareGenerations(store, runRef(run), liveRef(corpus), { atMost: 1 });
  return documents === 0;
}

/** Has a build scan its sources once more. */
export async function scanAgain(ports: IngestPorts, { runId }: Run): Promise<void> {
  const next = await ports.store.runs.update(runId, (current) => {
    if (current.state !== 'running') return null;
    const step = current.plan.step + 1;
    const { round = 1 } = current.plan;
    return {
      ...current,
      state: 'planning',
      chains: freshChains(current.chains.map(Math.abs)),
      plan: {
        phase: 'scan',
        step,
        firstStep: step,
        source: 0,
        after: null,
        listed: 0,
        uncovered: [],
        gone: 0,
        round: round + 1,
        doneBefore: workOf(current),
      },
    };
  });
  if (next.state !== 'planning') return;
  await ports.queue.enqueue([planJob(next)]);
  ports.log.info({ event: 'build-follows', runId, round: next.plan.round ?? 1 });
}

/** Grows with everything that a round of a run has had to do. */
function workOf({ counts, changes }: Run): number {
  return counts.accepted + changes.deleted;
}

/**
 * Makes a build whose documents are all done fit for readers, and says so. Safe to repeat: the run ends after it.
 */
export async function makeReady(
  { store, log }: IngestPorts,
  { corpus, generation }: RunningRun,
): Promise<void> {
  await store.corpora.publishGeneration(generationRef(corpus, generation));
  const { number } = generation;
  await store.corpora.update(corpus, (current) =>
    current.generations.some((each) => each.number === number && each.state === 'building')
      ? withGeneration(current, number, { state: 'ready' })
      : null,
  );
  log.info({ event: 'generation-ready', corpus: corpus.name, generation: number });
}
