import { type DocumentId, documentKeyOf, type GenerationRef, laneCount, type Run } from '@winnow/core';
import type { IngestJob, LanePosition } from './ports.ts';

/** The lane that takes a document: spread evenly, and the same in every run. */
export function laneOf(documentId: DocumentId): number {
  return (Buffer.from(documentKeyOf(documentId), 'base64url')[0] ?? 0) % laneCount;
}

/** All lanes of a run. */
export const lanes: readonly number[] = Array.from({ length: laneCount }, (_, lane) => lane);

/** The first job of every lane. */
export function laneJobs(run: Run): readonly IngestJob[] {
  return lanes.map((lane) => laneJob(run, lane, 0));
}

/** The job that takes up a lane's next batch. */
export function laneJob({ corpus, generation, runId }: Run, lane: number, step: number): IngestJob {
  return { name: 'documents.chunk', payload: { version: 1, corpus, generation, runId, lane, step } };
}

/** The job that hands a run's texts to the provider in batches, and later collects them. */
export function backfillJob({ runId }: Run, step: number): IngestJob {
  return { name: 'run.backfill', payload: { version: 1, runId, step } };
}

/** Whether a job belongs to one lane, and not to the run as a whole. */
export function isLaneJob(job: IngestJob): job is LaneJob {
  return job.name !== 'run.plan' && job.name !== 'run.backfill';
}

type LaneJob = Exclude<IngestJob, { readonly name: 'run.plan' | 'run.backfill' }>;

/** The job with which a lane goes on after a batch. */
export function nextBatchJob({ version, corpus, generation, runId, lane, step }: LanePosition): IngestJob {
  const payload = { version, corpus, generation, runId, lane, step: step + 1 };
  return { name: 'documents.chunk', payload };
}

/** The generation that a run or a job writes to. */
export function generationOf({ corpus, generation }: Run | LanePosition): GenerationRef {
  return { corpus, generation };
}
