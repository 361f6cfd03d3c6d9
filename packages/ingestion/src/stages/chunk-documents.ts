import type { JobContext, JobHandler, JobOutcome, ManifestEntry, RevisionRef, Run } from '@winnow/core';
import { partsOf, putBatchPart } from '../blobs/batch-part.ts';
import { generationOf, isLaneJob, nextBatchJob } from '../lane.ts';
import { missingJobs } from '../missing-jobs.ts';
import { maxAttempts, maxBatchDocuments, type PickedBatch, pickBatch } from '../pick-batch.ts';
import type { IngestJob, IngestJobs, IngestPorts, LanePosition } from '../ports.ts';
import type { PreparedDocument } from '../prepare-document.ts';
import { completeIfDone, runningRun } from '../run-state.ts';
import { giveUpBatch } from './give-up-batch.ts';
import { prepareEntry, readEntries } from './read-entries.ts';

/**
 * Takes up the next documents of a lane, reads and prepares them, and hands them on in parts. Ends the lane
 * where nothing of it is pending, and the run where nothing of any lane is.
 */
export function createChunkHandler(ports: IngestPorts): JobHandler<IngestJobs, 'documents.chunk'> {
  const { manifest } = ports.store;
  return {
    async run(position, context) {
      const running = await runningRun(ports, position);
      if (running === null) return { outcome: 'skipped', reason: 'run-ended' };
      const others = await otherSteps(ports, position);
      if (others.isOvertaken) return { outcome: 'skipped', reason: 'lane-overtaken' };
      const picked = await takeUp(ports, position);
      if (picked.batch.length === 0) {
        const isDone = await completeIfDone(ports, running.run);
        const next = isDone ? [] : await suspectLanes(ports, running.run);
        return { outcome: 'done', reason: 'lane-empty', next };
      }
      // Else a document that brings down the process would do so again and again to the same others.
      if (picked.isSuspect && others.isLowerLaneBusy) return { outcome: 'skipped', reason: 'lane-waits' };
      const read = await readEntries(ports, running.corpus, position, picked.batch, context.signal);
      // Before anything is parsed: a document that brings down this process has to leave a trace.
      await manifest.countAttempt(
        generationOf(position),
        read.map(({ entry }) => refOf(entry)),
      );
      const batch: (PreparedDocument & RevisionRef)[] = [];
      for (const item of read) {
        const document = await prepareEntry(ports, running.corpus, position, item, context);
        if (document !== null) batch.push({ ...document, ...refOf(item.entry) });
      }
      return handOver(ports, position, batch, context);
    },

    async giveUp(position, error, context) {
      const page = await pendingOf(ports, position);
      const refs = pickBatch(page).batch.map(refOf);
      await manifest.countAttempt(generationOf(position), refs);
      return giveUpBatch(ports, position, refs, error, context);
    },
  };
}

interface OtherSteps {
  /**
   * The lane has a job further on: after a crash between two jobs, or a reconcile that came too early, it has
   * two chains, and every batch would be embedded twice.
   */
  readonly isOvertaken: boolean;
  readonly isLowerLaneBusy: boolean;
}

async function otherSteps(ports: IngestPorts, { runId, lane, step }: LanePosition): Promise<OtherSteps> {
  let isOvertaken = false;
  let isLowerLaneBusy = false;
  for (const job of await ports.queue.unfinished()) {
    if (!isLaneJob(job) || job.payload.runId !== runId) continue;
    const { name, payload } = job;
    const isFurther = payload.step > step || (payload.step === step && name !== 'documents.chunk');
    isOvertaken ||= payload.lane === lane && isFurther;
    isLowerLaneBusy ||= payload.lane < lane;
  }
  return { isOvertaken, isLowerLaneBusy };
}

/** Fresh jobs for the lanes that stopped since only suspects were left: the lowest of them goes on. */
async function suspectLanes(ports: IngestPorts, run: Run): Promise<readonly IngestJob[]> {
  const jobs: IngestJob[] = [];
  for (const job of await missingJobs(ports, run)) {
    if (job.name !== 'documents.chunk') continue;
    if (pickBatch(await pendingOf(ports, job.payload)).isSuspect) jobs.push(job);
  }
  return jobs;
}

/** @returns the lane's next batch; empty where nothing of the lane is pending. */
async function takeUp(ports: IngestPorts, position: LanePosition): Promise<PickedBatch> {
  for (;;) {
    const page = await pendingOf(ports, position);
    const picked = pickBatch(page);
    const { batch, hopeless } = picked;
    if (hopeless.length > 0) {
      const message = `gave up after ${maxAttempts} attempts; each time its worker stopped or its batch failed`;
      const reason = { code: 'gave_up', message } as const;
      await ports.store.manifest.fail(
        generationOf(position),
        hopeless.map((entry) => ({ ...refOf(entry), reason })),
      );
      ports.log.warn({ event: 'documents-given-up', runId: position.runId, count: hopeless.length });
    }
    if (page.length === 0 || batch.length > 0) return picked;
  }
}

async function handOver(
  { blobs }: IngestPorts,
  position: LanePosition,
  batch: readonly (PreparedDocument & RevisionRef)[],
  { log }: JobContext,
): Promise<JobOutcome<IngestJobs>> {
  if (batch.length === 0) return { outcome: 'done', reason: 'all-failed', next: [nextBatchJob(position)] };
  const parts = partsOf(batch);
  for (const [index, part] of parts.entries()) await putBatchPart(blobs, position, index, part);
  const chunks = parts.reduce((sum, part) => sum + part.chunks.length, 0);
  log.debug({ event: 'documents-chunked', documents: batch.length, chunks, parts: parts.length });
  const payload = { ...position, part: 0, parts: parts.length };
  return { outcome: 'done', next: [{ name: 'documents.embed', payload }] };
}

function pendingOf(ports: IngestPorts, position: LanePosition): Promise<readonly ManifestEntry[]> {
  const { runId, lane } = position;
  const query = { states: ['pending'], runId, lane, limit: maxBatchDocuments } as const;
  return ports.store.manifest.list(generationOf(position), query);
}

function refOf({ documentId, revision }: ManifestEntry): RevisionRef {
  return { documentId, revision };
}
