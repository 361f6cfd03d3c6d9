import {
  type AppError,
  isRetryable,
  type JobContext,
  type JobOutcome,
  type RevisionRef,
  type Run,
  runRef,
} from '@winnow/core';
import { nextBundleJob } from '../lanes/lane.ts';
import { maxAttempts } from '../lanes/pick-bundle.ts';
import type { IngestJobs, IngestPorts, LanePosition } from '../ports.ts';
import { countWork } from '../runs/count-work.ts';

/**
 * What becomes of a bundle whose job is given up. Its documents stay pending and the lane goes on: they are taken up
 * again in ever smaller bundles, and only one that fails alone goes to the inbox.
 *
 * @param documents of the failed job; empty where they are no longer known.
 */
export async function giveUpBundle(
  ports: IngestPorts,
  run: Run,
  position: LanePosition,
  documents: readonly RevisionRef[],
  error: AppError,
  { log }: JobContext,
): Promise<JobOutcome<IngestJobs>> {
  log.warn({ event: 'bundle-given-up', runId: run.runId, documents: documents.length, code: error.code });
  const [only] = documents;
  if (only !== undefined && documents.length === 1) await failIfHopeless(ports, run, only, error);
  return { outcome: 'done', reason: error.code, next: [nextBundleJob(position, { forgive: false })] };
}

async function failIfHopeless(
  ports: IngestPorts,
  run: Run,
  document: RevisionRef,
  error: AppError,
): Promise<void> {
  const { manifest } = ports.store;
  const ref = runRef(run);
  const entry = (await manifest.get(ref, [document.documentId])).get(document.documentId);
  const isRefused = error.code === 'invalid_argument';
  // A refused text stays refused; anything else may have been our own trouble and gets its share of attempts.
  if (!isRefused && (entry?.attempts ?? 0) < maxAttempts) return;
  if (isRetryable(error.code)) return;
  const code = isRefused ? 'refused_by_model' : 'gave_up';
  await manifest.fail(ref, [{ ...document, reason: { code, message: error.message } }]);
  await countWork(ports, run.runId, { failed: 1 });
}
