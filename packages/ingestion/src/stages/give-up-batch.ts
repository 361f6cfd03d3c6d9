import type { AppError, JobContext, JobOutcome, RevisionRef } from '@winnow/core';
import { generationOf, nextBatchJob } from '../lane.ts';
import { maxAttempts } from '../pick-batch.ts';
import type { IngestJobs, IngestPorts, LanePosition } from '../ports.ts';
import { failRun } from '../run-state.ts';

/**
 * What becomes of a batch whose job is given up. Trouble that no document can be blamed for (model not
 * there, wrong dimensions, key refused) ends the run. Else the documents stay pending and the lane goes on:
 * they are taken up again in ever smaller batches, and only one that fails alone goes to the inbox.
 *
 * @param documents of the failed job; empty where they are no longer known.
 */
export async function giveUpBatch(
  ports: IngestPorts,
  position: LanePosition,
  documents: readonly RevisionRef[],
  error: AppError,
  { log }: JobContext,
): Promise<JobOutcome<IngestJobs>> {
  if (error.code === 'failed_precondition' || error.code === 'not_found') {
    await failRun(ports, position.runId, error);
    return { outcome: 'done', reason: error.code };
  }
  log.warn({ event: 'batch-given-up', runId: position.runId, documents: documents.length, code: error.code });
  const [only] = documents;
  if (only !== undefined && documents.length === 1) await failIfHopeless(ports, position, only, error);
  return { outcome: 'done', reason: error.code, next: [nextBatchJob(position)] };
}

async function failIfHopeless(
  { store: { manifest } }: IngestPorts,
  position: LanePosition,
  document: RevisionRef,
  error: AppError,
): Promise<void> {
  const ref = generationOf(position);
  const attempts = (await manifest.get(ref, [document.documentId])).get(document.documentId)?.attempts ?? 0;
  // A refused text stays refused; anything else may have been our own trouble and gets its share of attempts.
  if (error.code !== 'invalid_argument' && attempts < maxAttempts) return;
  await manifest.fail(ref, [{ ...document, reason: { code: 'gave_up', message: error.message } }]);
}
