import type { JobContext, JobHandler, JobOutcome, ManifestEntry, RevisionRef } from '@winnow/core';
import { partsOf, putBatchPart } from '../blobs/batch-part.ts';
import { generationOf, nextBatchJob } from '../lane.ts';
import { maxAttempts, maxBatchDocuments, pickBatch } from '../pick-batch.ts';
import type { IngestJobs, IngestPorts, LanePosition } from '../ports.ts';
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
      if (await isOvertaken(ports, position)) return { outcome: 'skipped', reason: 'lane-overtaken' };
      const picked = await takeUp(ports, position);
      if (picked.length === 0) {
        await completeIfDone(ports, running.run);
        return { outcome: 'done', reason: 'lane-empty' };
      }
      const read = await readEntries(ports, running.corpus, position, picked, context.signal);
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

/**
 * Whether the lane has a job further on: after a crash between two jobs, or a reconcile that came too early,
 * a lane may have two chains, and every batch would be embedded twice.
 */
async function isOvertaken(ports: IngestPorts, { runId, lane, step }: LanePosition): Promise<boolean> {
  const jobs = await ports.queue.unfinished();
  return jobs.some(({ name, payload }) => {
    if (name === 'run.plan' || payload.runId !== runId || payload.lane !== lane) return false;
    return payload.step > step || (payload.step === step && name !== 'documents.chunk');
  });
}

/** @returns the lane's next batch; empty where nothing of the lane is pending. */
async function takeUp(ports: IngestPorts, position: LanePosition): Promise<readonly ManifestEntry[]> {
  for (;;) {
    const page = await pendingOf(ports, position);
    const { batch, hopeless } = pickBatch(page);
    if (hopeless.length > 0) {
      const message = `gave up after ${maxAttempts} attempts; each time its worker stopped or its batch failed`;
      const reason = { code: 'gave_up', message } as const;
      await ports.store.manifest.fail(
        generationOf(position),
        hopeless.map((entry) => ({ ...refOf(entry), reason })),
      );
      ports.log.warn({ event: 'documents-given-up', runId: position.runId, count: hopeless.length });
    }
    if (page.length === 0 || batch.length > 0) return batch;
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
