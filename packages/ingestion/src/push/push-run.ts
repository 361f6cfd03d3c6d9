import {
  type Corpus,
  type Generation,
  generationRef,
  isActive,
  laneCount,
  noChanges,
  noCounts,
  type Run,
  runVersion,
  standingRunId,
} from '@winnow/core';
import { laneJob } from '../lanes/lane.ts';
import type { IngestPorts } from '../ports.ts';

/** The run that takes what is pushed to a generation; made where there is none. */
export async function pushRunOf(
  { store, now }: Pick<IngestPorts, 'store' | 'now'>,
  corpus: Corpus,
  generation: Generation,
): Promise<Run> {
  const run = newPushRun(corpus, generation, now());
  const known = await store.runs.get(run.runId);
  if (known !== null) return known;
  try {
    await store.runs.create(run);
  } catch (thrown) {
    // Somebody else has made it.
    const made = await store.runs.get(run.runId);
    if (made === null) throw thrown;
    return made;
  }
  return run;
}

/**
 * Has lanes of a push run work, the run itself too where it had ended. After documents were accepted, never before: a
 * lane that comes to its end meanwhile sees them, or is seen here to have ended.
 * @param accepted documents that there is more to do.
 */
export async function wakeLanes(
  { store, queue, log }: IngestPorts,
  { runId, corpus }: Run,
  lanes: ReadonlySet<number>,
  accepted: number,
): Promise<void> {
  let woken: readonly number[] = [];
  const run = await store.runs.update(runId, (current) => {
    woken = [...lanes].filter((lane) => !isActive(current) || (current.chains[lane] ?? -1) <= 0);
    if (woken.length === 0 && accepted === 0) return null;
    const counts = { ...current.counts, accepted: current.counts.accepted + accepted };
    const chains = current.chains.map((chain, lane) => {
      if (woken.includes(lane)) return Math.abs(chain) + 1;
      return isActive(current) ? chain : -Math.abs(chain);
    });
    if (isActive(current)) return { ...current, counts, chains };
    return { ...current, counts, chains, state: 'running', reason: null, inbox: null, finishedAt: null };
  });
  if (woken.length === 0) return;
  await queue.enqueue(woken.flatMap((lane) => laneJob(run, lane) ?? []));
  log.debug({ event: 'push-woken', runId, corpus, lanes: woken.length });
}

/** Nothing is to be planned: each push says what it is about. */
function newPushRun(corpus: Corpus, generation: Generation, startedAt: Date): Run {
  const ref = generationRef(corpus, generation);
  return {
    version: runVersion,
    runId: standingRunId(ref),
    kind: 'push',
    corpus: corpus.name,
    corpusId: corpus.corpusId,
    generation: generation.number,
    physicalName: ref.physicalName,
    scope: null,
    remake: false,
    state: 'running',
    waiting: null,
    waited: [],
    plan: { phase: 'done', step: 0, source: 0, after: null, listed: 0, uncovered: [], gone: 0 },
    changes: noChanges,
    withheld: null,
    approvedDeletions: null,
    budget: null,
    bound: null,
    counts: noCounts,
    chains: Array.from({ length: laneCount }, () => -1),
    inbox: null,
    reason: null,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
  };
}
