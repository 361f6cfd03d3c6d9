import {
  AppError,
  type Corpus,
  type CorpusName,
  isActive,
  liveGeneration,
  type Run,
  type RunId,
} from '@winnow/core';
import { giveWay, type IngestPorts, requireFitting, startBuild, startRun } from '@winnow/ingestion';
import type { Attempt, ScheduledWorkPorts, SlotRun } from '@winnow/scheduling';
import type { EngineGenerations } from '../generations.ts';
import type { Models } from '../models/models.ts';
import type { EngineQuality } from '../quality/engine-quality.ts';
import { requireWholeCorpus } from '../require-corpus.ts';
import type { EngineRunsOfProcess } from '../runs.ts';

export interface ScheduledWorkParts {
  readonly ingest: IngestPorts;
  readonly models: Models;
  readonly runs: EngineRunsOfProcess;
  readonly generations: EngineGenerations;
  readonly quality: EngineQuality;
}

/** What schedules have done, by the same means as somebody who asks for it. */
export function createScheduledWork(parts: ScheduledWorkParts): ScheduledWorkPorts {
  const { ingest, runs, generations, quality } = parts;
  const { store } = ingest;
  return {
    async start(slot) {
      const corpus = await requireWholeCorpus(store, slot.corpus);
      const known = await store.runs.get(slot.runId);
      if (known !== null && !isActive(known)) return { kind: 'done' };
      const before = await madeWay(ingest, corpus, slot);
      if (before !== null) return before;
      try {
        await runs.begun(await begin(parts, corpus, slot));
        return { kind: 'done' };
      } catch (thrown) {
        // Somebody has started another run since.
        const meanwhile = await busyWith(ingest, corpus, slot.runId);
        if (meanwhile !== null) return meanwhile;
        throw thrown;
      }
    },
    run: (runId) => store.runs.get(runId),
    async giveWay(runId) {
      await giveWay(ingest, runId);
    },
    async verify(name, generation, signal) {
      const { report } = await quality.verify(name, { generation }, signal);
      const gates = report.gates.filter(({ passed }) => !passed).map((gate) => gate.name);
      const message = `generation ${generation} did not pass (${gates.join(', ')}): winnow verify ${name} shows why`;
      return { passed: report.passed, message };
    },
    async promote(name, generation, signal) {
      const corpus = await requireWholeCorpus(store, name);
      if (corpus.liveGeneration === generation) return { kind: 'done' };
      requireBeside(corpus, generation);
      const busy = await busyWith(ingest, corpus, null);
      if (busy !== null) return busy;
      await generations.promote(name, { forced: null }, signal);
      return { kind: 'done' };
    },
    evaluate: (name, runId, signal) => evaluate(parts, name, runId, signal),
  };
}

async function begin(
  { ingest, models }: ScheduledWorkParts,
  corpus: Corpus,
  { runId, work, window }: SlotRun,
): Promise<Run> {
  const { name } = corpus;
  const options = { runId, ...(window !== null && { window }) };
  if (work.kind === 'reindex') {
    refuseRolledBack(corpus);
    const loadEmbedder = async (model: string) => (await models.load(model)).embedder;
    // Named, so that what somebody builds with others is not taken for the schedule's own.
    const { embedder, chunking } = liveGeneration(corpus);
    const settings = {
      embedder,
      chunkTokens: chunking.targetTokens,
      overlapRatio: chunking.overlapRatio,
    };
    return (await startBuild({ ...ingest, loadEmbedder }, name, settings, options)).run;
  }
  const generation = liveGeneration(corpus);
  requireFitting(name, generation, (await models.load(generation.embedder)).embedder);
  return (await startRun(ingest, name, options)).run;
}

/** What somebody has switched back from is not switched to at night. */
function refuseRolledBack({ name, buildingGeneration, switches }: Corpus): void {
  const last = switches.findLast(({ from, to }) => from === buildingGeneration || to === buildingGeneration);
  if (buildingGeneration === null || last?.kind !== 'rollback') return;
  throw new AppError(
    'failed_precondition',
    `generation ${buildingGeneration} of ${name} was rolled back from, and the schedule does not take it up: winnow promote ${name} switches to it again, winnow generations ${name} --drop ${buildingGeneration} gives it up`,
  );
}

type Busy = Extract<Attempt, { kind: 'busy' }>;

/** What is still in the way once other runs have given way: to a sync, which takes up what they waited for. */
async function madeWay(ingest: IngestPorts, corpus: Corpus, { runId, work }: SlotRun): Promise<Busy | null> {
  if (work.kind === 'sync') {
    for (const other of await othersOf(ingest, corpus, runId)) await giveWay(ingest, other.runId);
  }
  return await busyWith(ingest, corpus, runId);
}

/** Null where no other run of the corpus is under way. */
async function busyWith(ingest: IngestPorts, corpus: Corpus, runId: RunId | null): Promise<Busy | null> {
  const [other] = await othersOf(ingest, corpus, runId);
  if (other === undefined) return null;
  const waits = other.waiting === null ? '' : `, waits (${other.waiting.reason})`;
  return {
    kind: 'busy',
    message: `run ${other.runId} (${other.kind}${waits}) of ${other.corpus} is under way`,
  };
}

/** Other runs of a corpus that are under way. */
async function othersOf(
  { store }: IngestPorts,
  { corpusId }: Corpus,
  runId: RunId | null,
): Promise<readonly Run[]> {
  return (await store.runs.active()).filter((run) => run.corpusId === corpusId && run.runId !== runId);
}

function requireBeside({ name, buildingGeneration }: Corpus, generation: number): void {
  if (buildingGeneration === generation) return;
  throw new AppError('failed_precondition', `generation ${generation} of ${name} is not there any more`);
}

async function evaluate(
  { ingest, quality }: ScheduledWorkParts,
  name: CorpusName,
  runId: RunId,
  signal: AbortSignal,
): Promise<string | null> {
  const { golden } = await requireWholeCorpus(ingest.store, name);
  if (golden === null) return `not evaluated: ${name} has no golden queries (winnow golden set ${name} PATH)`;
  await quality.evaluate(name, { runId }, signal);
  const { drops } = await quality.history(name, 2);
  const fallen = drops.map(
    ({ metric, mode, before, now }) =>
      `${metric} (${mode}) fell from ${before.mean.toFixed(3)} to ${now.mean.toFixed(3)}`,
  );
  return fallen.length === 0 ? null : fallen.join('; ');
}
