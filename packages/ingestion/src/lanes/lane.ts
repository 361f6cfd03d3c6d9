import { type DocumentId, documentKeyOf, laneCount, type Run } from '@winnow/core';
import { firstBundleBytes } from '../catalog.ts';
import type { IngestJob, LanePosition } from '../ports.ts';

/** The lane that takes a document: spread evenly, and the same in every run. */
export function laneOf(documentId: DocumentId): number {
  return (Buffer.from(documentKeyOf(documentId), 'base64url')[0] ?? 0) % laneCount;
}

/** All lanes of a run. */
export const lanes: readonly number[] = Array.from({ length: laneCount }, (_, lane) => lane);

/** The first job of every chain that the run has at work. */
export function laneJobs(run: Run, options?: { readonly forgive: boolean }): readonly IngestJob[] {
  return lanes.flatMap((lane) => laneJob(run, lane, options) ?? []);
}

/** The first job of a lane's chain; null where the lane has nothing left to do. */
export function laneJob(
  { runId, chains }: Run,
  lane: number,
  { forgive } = { forgive: false },
): IngestJob | null {
  const chain = chains[lane] ?? 0;
  if (chain <= 0) return null;
  const beginning = { step: 0, after: null, bytes: firstBundleBytes, takenAt: null, forgive };
  return { name: 'documents.chunk', payload: { version: 2, runId, lane, chain, ...beginning } };
}

/** The next slice of a run's plan. */
export function planJob({ runId, plan }: Run): IngestJob {
  return { name: 'run.plan', payload: { version: 2, runId, step: plan.step } };
}

/** The job that hands a run's texts to the provider in batches, and later collects them. */
export function backfillJob({ runId }: Run, step: number): IngestJob {
  return { name: 'run.backfill', payload: { version: 2, runId, step } };
}

/** The jobs with which a run that has been planned goes on. */
export function workJobs(run: Run, options?: { readonly forgive: boolean }): readonly IngestJob[] {
  const isBackfilling = run.backfill !== undefined && run.backfill.state !== 'collected';
  return isBackfilling ? [backfillJob(run, 0)] : laneJobs(run, options);
}

/** Whether a job belongs to one lane, and not to the run as a whole. */
export function isLaneJob(job: IngestJob): job is LaneJob {
  return job.name !== 'run.plan' && job.name !== 'run.backfill';
}

type LaneJob = Exclude<IngestJob, { readonly name: 'run.plan' | 'run.backfill' }>;

/** The job with which a lane goes on after a bundle. */
export function nextBundleJob(
  { version, runId, lane, chain, step, ...position }: LanePosition,
  changes: Partial<Pick<LanePosition, 'after' | 'bytes' | 'forgive'>> = {},
): IngestJob {
  const { after, bytes, forgive } = { ...position, ...changes };
  const payload = { version, runId, lane, chain, step: step + 1, after, bytes, takenAt: null, forgive };
  return { name: 'documents.chunk', payload };
}

/** Has every lane begin a chain of its own; jobs of the ones before end when they come up. */
export function freshChains(chains: readonly number[]): readonly number[] {
  return chains.map((chain) => (chain > 0 ? chain + 1 : chain));
}
