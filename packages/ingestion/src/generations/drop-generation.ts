import {
  AppError,
  type Corpus,
  type Generation,
  generationNumbered,
  generationRef,
  isActive,
  type Run,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { withGeneration } from './change-generation.ts';

type DropPorts = Pick<IngestPorts, 'store' | 'log'>;

/**
 * Gives up a generation that nobody reads, with all that it holds. One that is broken off is made an end of by
 * {@link dropExpired}.
 * @throws AppError `failed_precondition` for the live one; `not_found` where there is none of that number.
 */
export async function dropGeneration(
  ports: DropPorts,
  corpus: Corpus,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  const generation = generationNumbered(corpus, number);
  const given = await giveUp(ports, corpus, generation, () => true);
  if (given === null) {
    throw new AppError(
      'failed_precondition',
      `generation ${number} of ${corpus.name} is live: promote another before`,
    );
  }
  await remove(ports, given, generation, signal);
}

/** Leaves nothing behind of a build whose run somebody canceled. */
export async function dropBuild(
  ports: DropPorts,
  { kind, state, corpus: name, physicalName }: Run,
): Promise<void> {
  if (kind !== 'reindex' || state !== 'canceled') return;
  const corpus = await ports.store.corpora.get(name);
  const generation = corpus?.generations.find((each) => each.physicalName === physicalName);
  if (corpus == null || generation === undefined) return;
  const given = await giveUp(ports, corpus, generation, (current) => current.state === 'building');
  if (given !== null) await remove(ports, given, generation, new AbortController().signal);
}

/** Removes what was given up, and gives up what was kept long enough after readers were switched away from it. */
export async function dropExpired(ports: IngestPorts, signal: AbortSignal): Promise<void> {
  for (const corpus of await ports.store.corpora.list()) {
    if (corpus.deletingSince !== null) continue;
    for (const generation of corpus.generations) {
      signal.throwIfAborted();
      try {
        const given = (await isLeftByCancel(ports, corpus, generation))
          ? await giveUp(ports, corpus, generation, isStillOf(corpus, generation))
          : await giveUp(ports, corpus, generation, (current) => isOver(current, ports.now()));
        if (given !== null) await remove(ports, given, generation, signal);
      } catch (thrown) {
        const { code, message } = AppError.from(thrown);
        ports.log.warn({ event: 'generation-not-dropped', corpus: corpus.name, code, message });
      }
    }
  }
}

/** A new run over the same build may be on its way to it, where one was canceled just now. */
const canceledForMs = 10_000;

/** Whether the run of a build was canceled by somebody who did not get to {@link dropBuild}. */
async function isLeftByCancel(
  { store, now }: Pick<IngestPorts, 'store' | 'now'>,
  { activeRuns }: Corpus,
  { number, state }: Generation,
): Promise<boolean> {
  const runId = activeRuns[String(number)];
  if (state !== 'building' || runId === undefined) return false;
  const run = await store.runs.get(runId);
  if (run?.state !== 'canceled' || run.finishedAt === null) return false;
  return now().getTime() - Date.parse(run.finishedAt) > canceledForMs;
}

/** Nobody has taken it up since. */
function isStillOf({ activeRuns }: Corpus, { number }: Generation) {
  return ({ state }: Generation, current: Corpus) =>
    state === 'building' && current.activeRuns[String(number)] === activeRuns[String(number)];
}

function isOver({ state, expiresAt }: Generation, now: Date): boolean {
  if (state === 'dropped') return true;
  return state === 'retired' && expiresAt !== null && Date.parse(expiresAt) <= now.getTime();
}

/**
 * From here on nobody can switch to it, nor write to it.
 * @returns null where it is live, or not to be given up as it now is.
 */
async function giveUp(
  { store }: DropPorts,
  corpus: Corpus,
  { number, physicalName }: Generation,
  isMeant: (current: Generation, corpus: Corpus) => boolean,
): Promise<Corpus | null> {
  const isSame = (each: Generation) => each.number === number && each.physicalName === physicalName;
  let isGiven = false;
  const updated = await store.corpora.update(corpus, (current) => {
    const generation = current.generations.find(isSame);
    isGiven = generation !== undefined && number !== current.liveGeneration && isMeant(generation, current);
    if (!isGiven) return null;
    const given = withGeneration(current, number, { state: 'dropped', expiresAt: null });
    return current.buildingGeneration === number ? { ...given, buildingGeneration: null } : given;
  });
  return isGiven ? updated : null;
}

/** What it holds goes first, its record last: so long as something is there, somebody knows of it. */
async function remove(
  { store, log }: DropPorts,
  corpus: Corpus,
  generation: Generation,
  signal: AbortSignal,
): Promise<void> {
  const { number } = generation;
  await endRun(store, corpus, number);
  await store.corpora.dropGeneration(generationRef(corpus, generation), signal);
  await store.corpora.update(corpus, (current) => {
    const { [String(number)]: _, ...activeRuns } = current.activeRuns;
    const generations = current.generations.filter((each) => each.number !== number);
    return generations.length === current.generations.length ? null : { ...current, generations, activeRuns };
  });
  log.info({ event: 'generation-dropped', corpus: corpus.name, generation: number });
}

/** A run whose generation is gone has nothing to count any more. */
async function endRun(store: DropPorts['store'], { activeRuns }: Corpus, number: number): Promise<void> {
  const runId = activeRuns[String(number)];
  if (runId === undefined || (await store.runs.get(runId)) === null) return;
  await store.runs.update(runId, (run) =>
    isActive(run)
      ? {
          ...run,
          state: 'canceled',
          waiting: null,
          reason: `generation ${number} was given up`,
          finishedAt: new Date().toISOString(),
        }
      : null,
  );
}
