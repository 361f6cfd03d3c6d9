import {
  AppError,
  type Corpus,
  type Generation,
  type GenerationRef,
  generationNumbered,
  generationRef,
  isActive,
  liveGeneration,
  liveRef,
  maxSwitches,
  type RunId,
  type Store,
  type Switch,
  stateDigestOf,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { generationBeside, withGeneration } from './change-generation.ts';
import { compareGenerations, type GenerationGap } from './compare-generations.ts';
import { type HeldDocuments, heldDocuments } from './held-documents.ts';

type SwitchPorts = Pick<IngestPorts, 'store' | 'now' | 'log'>;

/** Readers see another generation from now on. */
export interface Switched {
  readonly live: number;
  readonly before: number;
  /** Documents in which the one that answers now differs from the one before. */
  readonly gap: GenerationGap;
}

/**
 * Switches readers to the generation that is ready, by one compare-and-set. Queries under way end on the generation
 * that they began on.
 * @param options.forced why it is to be done without a passed report, or though it lacks something.
 * @throws AppError `failed_precondition` with what is to be done first: no generation is ready, it was not verified,
 * did not pass, has changed since, lacks what syncs have changed, or a run is under way; forced or not, where its index is
 * gone.
 */
export async function promote(
  ports: SwitchPorts,
  corpus: Corpus,
  { forced, signal }: { readonly forced: string | null; readonly signal: AbortSignal },
): Promise<Switched> {
  const next = generationBeside(corpus);
  if (next === null) {
    throw refused(`${corpus.name} has no generation to switch to: winnow reindex ${corpus.name} builds one`);
  }
  if (next.state !== 'ready') {
    throw refused(
      `generation ${next.number} of ${corpus.name} is still being built: winnow status shows how far`,
    );
  }
  await refuseWhileWorking(ports.store, corpus, next);
  const gap = await compareGenerations(ports.store, generationRef(corpus, next), liveRef(corpus), { signal });
  if (forced === null) {
    await refuseUnverified(ports.store, corpus, next, signal);
    refuseBehind(corpus, next, await lagOf(ports.store, corpus, next, signal));
  }
  await refuseUnheld(ports.store, corpus, next, { mayLack: forced !== null, signal });
  return await switchTo(ports, corpus, next, { kind: 'promote', forced, gap });
}

/**
 * Switches readers back to the generation that they saw before the live one was promoted, as it was: what changed since is
 * not in it, until the next sync. The one that they leave stays ready, unless another is being built; only `promote` leads
 * to it again.
 * @throws AppError `failed_precondition` where there is none to go back to, its index is gone, or a run is under way.
 */
export async function rollback(
  ports: SwitchPorts,
  corpus: Corpus,
  { signal }: { readonly signal: AbortSignal },
): Promise<Switched> {
  const last = corpus.switches.findLast(({ kind, to }) => kind === 'promote' && to === corpus.liveGeneration);
  const target = corpus.generations.find(({ number }) => number === last?.from);
  if (target === undefined || target.state === 'dropped') {
    throw refused(
      `${corpus.name} has no generation to go back to: they are kept ${corpus.keepRetiredHours} hours`,
    );
  }
  await refuseWhileWorking(ports.store, corpus, target);
  await refuseUnheld(ports.store, corpus, target, { mayLack: true, signal });
  const gap = await compareGenerations(ports.store, generationRef(corpus, target), liveRef(corpus), {
    signal,
  });
  return await switchTo(ports, corpus, target, { kind: 'rollback', forced: null, gap });
}

async function switchTo(
  { store, now, log }: SwitchPorts,
  corpus: Corpus,
  next: Generation,
  { kind, forced, gap }: Pick<Switch, 'kind' | 'forced'> & { readonly gap: GenerationGap },
): Promise<Switched> {
  const at = now();
  const from = corpus.liveGeneration;
  const to = next.number;
  let isDone = false;
  await store.corpora.update(corpus, (current) => {
    // Everything that it was decided on has to be as it was: no run began, no other switch, no new report.
    isDone =
      current.liveGeneration === from &&
      isSameState(generationNumbered(current, to), next) &&
      sameRuns(current, corpus, [from, to]);
    if (!isDone) return null;
    const entry: Switch = { kind, from, to, forced, at: at.toISOString() };
    const switched = withGeneration(withGeneration(current, from, leaving(current, kind, at)), to, {
      state: 'live',
      promotedAt: at.toISOString(),
      expiresAt: null,
    });
    return {
      ...switched,
      liveGeneration: to,
      buildingGeneration: besideAfter(current, kind, from, to),
      switches: [...switched.switches, entry].slice(-maxSwitches),
    };
  });
  if (!isDone) throw refused(`${corpus.name} was changed meanwhile: try again`);
  log.info({ event: 'generation-switched', corpus: corpus.name, kind, from, to, forced });
  return { live: to, before: from, gap };
}

/** After a rollback the one that readers leave can be switched to again, for as long as nothing else takes its place. */
function leaving(corpus: Corpus, kind: Switch['kind'], at: Date): Partial<Generation> {
  if (kind === 'rollback' && corpus.buildingGeneration === null) return { state: 'ready', expiresAt: null };
  const expiresAt = new Date(at.getTime() + corpus.keepRetiredHours * 3_600_000).toISOString();
  return { state: 'retired', expiresAt };
}

function besideAfter(corpus: Corpus, kind: Switch['kind'], from: number, to: number): number | null {
  if (corpus.buildingGeneration === to) return null;
  return kind === 'rollback' ? (corpus.buildingGeneration ?? from) : corpus.buildingGeneration;
}

function isSameState(one: Generation, other: Generation): boolean {
  return one.state === other.state && one.report?.at === other.report?.at;
}

function sameRuns(one: Corpus, other: Corpus, numbers: readonly number[]): boolean {
  return numbers.every((number) => one.activeRuns[String(number)] === other.activeRuns[String(number)]);
}

/** A run that says afterwards that it is completed has written to what nobody reads any more. */
async function refuseWhileWorking(
  { runs }: Pick<Store, 'runs'>,
  { name, activeRuns, liveGeneration: live }: Corpus,
  { number }: Generation,
): Promise<void> {
  for (const runId of new Set([activeRuns[String(live)], activeRuns[String(number)]])) {
    const run = await activeOf(runs, runId);
    if (run === null) continue;
    throw refused(
      `run ${run.runId} (${run.kind}) of ${name} is under way: wait for it, or end it by winnow cancel ${run.runId}`,
    );
  }
}

async function activeOf(runs: Store['runs'], runId: RunId | undefined) {
  const run = runId === undefined ? null : await runs.get(runId);
  return run !== null && isActive(run) ? run : null;
}

/**
 * What is read as it was verified may have lost its chunks since: its manifest does not tell.
 * @param options.mayLack whether it may lack some, as long as it holds any.
 */
async function refuseUnheld(
  store: Pick<Store, 'chunks' | 'manifest'>,
  corpus: Corpus,
  generation: Generation,
  { mayLack, signal }: { readonly mayLack: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const { name } = corpus;
  const what = `generation ${generation.number} of ${name}`;
  const { searchable, lacking, samples } = await heldOrGone(store, generationRef(corpus, generation), signal);
  const wayOut = `winnow generations ${name} --drop ${generation.number} gives it up, winnow reindex ${name} builds another`;
  if (lacking > 0 && lacking === searchable) {
    throw refused(`the index of ${what} holds none of its ${searchable} documents: ${wayOut}`);
  }
  if (lacking > 0 && !mayLack) {
    throw refused(
      `the index of ${what} lacks chunks of ${lacking} of its ${searchable} documents (${samples.join(', ')}): ${wayOut}`,
    );
  }
}

/** An index that is not there holds nothing. */
async function heldOrGone(
  store: Pick<Store, 'chunks' | 'manifest'>,
  ref: GenerationRef,
  signal: AbortSignal,
): Promise<HeldDocuments> {
  try {
    return await heldDocuments(store, ref, signal);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'not_found') throw error;
    const { live } = await store.manifest.tally(ref);
    return { searchable: live, lacking: live, samples: [] };
  }
}

async function refuseUnverified(
  { manifest }: Pick<Store, 'manifest'>,
  corpus: Corpus,
  next: Generation,
  signal: AbortSignal,
): Promise<void> {
  const { name } = corpus;
  const what = `generation ${next.number} of ${name}`;
  const { report } = next;
  if (report === null) throw refused(`${what} was not verified: winnow verify ${name}`);
  if (!report.passed) {
    const gates = report.gates.filter(({ passed }) => !passed).map((gate) => gate.name);
    throw refused(
      `${what} did not pass (${gates.join(', ')}): winnow verify ${name} shows why, winnow promote ${name} --force --reason TEXT switches all the same`,
    );
  }
  if (report.comparedWith !== liveGeneration(corpus).number) {
    throw refused(`${what} was compared with a generation that is not live any more: winnow verify ${name}`);
  }
  if ((await stateDigestOf(manifest, generationRef(corpus, next), signal)) !== report.stateDigest) {
    throw refused(`${what} has changed since it was verified: winnow verify ${name}`);
  }
}

/**
 * What syncs have written to the live generation since the last run of the next one began, and it has not. In what
 * else it differs it is ahead: its own scan was the later one.
 */
async function lagOf(
  store: Pick<Store, 'manifest' | 'runs'>,
  corpus: Corpus,
  next: Generation,
  signal: AbortSignal,
): Promise<GenerationGap> {
  const runId = corpus.activeRuns[String(next.number)];
  const since = runId === undefined ? undefined : (await store.runs.get(runId))?.startedAt;
  return await compareGenerations(store, generationRef(corpus, next), liveRef(corpus), {
    signal,
    ...(since !== undefined && { since }),
  });
}

function refuseBehind({ name }: Corpus, { number }: Generation, { documents, samples }: GenerationGap): void {
  if (documents === 0) return;
  throw refused(
    `generation ${number} of ${name} lacks what syncs have changed in ${documents} documents (${samples.join(', ')}): winnow reindex ${name} brings it up to date, then winnow verify ${name}`,
  );
}

function refused(message: string): AppError {
  return new AppError('failed_precondition', message);
}
