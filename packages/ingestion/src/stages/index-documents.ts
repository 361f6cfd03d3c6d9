import type { CommitResult, JobHandler, RevisionRef } from '@winnow/core';
import { assembleRevisions } from '../assemble-revisions.ts';
import { batchPartKey, getBatchPart } from '../blobs/batch-part.ts';
import { loadParts } from '../blobs/load-parts.ts';
import { generationOf, nextBatchJob } from '../lane.ts';
import { billOf, type IngestJobs, type IngestPorts, type LanePosition } from '../ports.ts';
import { runningRun } from '../run-state.ts';
import { giveUpBatch } from './give-up-batch.ts';

/** Commits a batch whose vectors are all there, each document whole or not at all; then the lane goes on. */
export function createIndexHandler(ports: IngestPorts): JobHandler<IngestJobs, 'documents.index'> {
  const { blobs, store } = ports;
  return {
    async run({ parts: count, ...position }, { signal, log }) {
      const running = await runningRun(ports, position);
      if (running === null) return { outcome: 'skipped', reason: 'run-ended' };
      const { fingerprint } = await ports.embedderOf(running.corpus, billOf(ports, running.run));
      const parts = await loadParts(blobs, position, count, fingerprint);
      const next = [nextBatchJob(position)];
      if (parts === null) return { outcome: 'skipped', reason: 'blob-missing', next };
      const revisions = assembleRevisions(parts);
      const results = await store.chunks.commit(generationOf(position), revisions, signal);
      await failRejected(ports, position, results);
      await blobs.delete(parts.flatMap(({ blobKeys }) => blobKeys));
      const chunks = parts.reduce((sum, { part }) => sum + part.chunks.length, 0);
      log.info({ event: 'documents-indexed', runId: position.runId, ...countOutcomes(results), chunks });
      return { outcome: 'done', next };
    },

    async giveUp({ parts: count, ...position }, error, context) {
      const documents = new Map<string, RevisionRef>();
      for (let index = 0; index < count; index++) {
        const part = await getBatchPart(blobs, position, index);
        for (const document of part?.documents ?? []) documents.set(document.documentId, document);
      }
      const outcome = await giveUpBatch(ports, position, [...documents.values()], error, context);
      await blobs.delete(Array.from({ length: count }, (_, index) => batchPartKey(position, index)));
      return outcome;
    },
  };
}

async function failRejected(
  { store, log }: IngestPorts,
  position: LanePosition,
  results: readonly CommitResult[],
): Promise<void> {
  const rejected = results.filter((result) => result.outcome === 'rejected');
  if (rejected.length === 0) return;
  await store.manifest.fail(
    generationOf(position),
    rejected.map(({ documentId, revision, reason }) => ({ documentId, revision, reason })),
  );
  for (const { documentId, reason } of rejected) {
    log.warn({ event: 'document-failed', runId: position.runId, documentId, code: reason.code });
  }
}

function countOutcomes(results: readonly CommitResult[]): Record<CommitResult['outcome'], number> {
  const counts = { committed: 0, superseded: 0, rejected: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}
