import {
  type CommitResult,
  createTurns,
  type JobHandler,
  type RevisionRef,
  type Run,
  runRef,
} from '@winnow/core';
import { firstBundleBytes } from '../catalog.ts';
import { assembleRevisions } from '../lanes/assemble-revisions.ts';
import { bundlePartKey, getBundlePart } from '../lanes/blobs/bundle-part.ts';
import { type EmbeddedPart, loadParts } from '../lanes/blobs/load-parts.ts';
import { nextBundleJob } from '../lanes/lane.ts';
import { billOf, type IngestJobs, type IngestPorts, type LanePosition } from '../ports.ts';
import { countWork } from '../runs/count-work.ts';
import { from, withPatience } from '../waiting/with-patience.ts';
import { commitBundle } from './commit-bundle.ts';
import { giveUpBundle } from './give-up-bundle.ts';
import { laneTarget } from './lane-target.ts';

/** Commits a bundle whose vectors are all there, each document whole or not at all; then the lane goes on. */
export function createIndexHandler(ports: IngestPorts): JobHandler<IngestJobs, 'documents.index'> {
  const { blobs, store } = ports;
  return {
    run: ({ parts: count, ...position }, context) =>
      withPatience(ports, position.runId, context, async (run) => {
        const target = await laneTarget(ports, run, position);
        if ('reason' in target) return { outcome: 'skipped', reason: target.reason };
        const { fingerprint } = await ports.embedderOf(target.generation, billOf(ports, run));
        const parts = await from('queue', loadParts(blobs, position, count, fingerprint, context.signal));
        if (parts === null) {
          return {
            outcome: 'skipped',
            reason: 'blob-missing',
            next: [nextBundleJob(position, { after: null })],
          };
        }
        const revisions = await assembleRevisions(parts, createTurns(context.signal));
        const results = await from('index', commitBundle(ports, run, revisions, context.signal));
        await failRejected(ports, run, results);
        await blobs.delete(parts.flatMap(({ blobKeys }) => blobKeys));
        await countResults(ports, run, parts, results);
        const bytes = nextBytes(position, ports.now());
        return { outcome: 'done', next: [nextBundleJob(position, { bytes })] };
      }),

    async giveUp({ parts: count, ...position }, error, context) {
      const run = await store.runs.get(position.runId);
      if (run === null) return { outcome: 'done', reason: 'run-gone' };
      const documents = new Map<string, RevisionRef>();
      for (let index = 0; index < count; index++) {
        const part = await getBundlePart(blobs, position, index);
        for (const document of part?.documents ?? []) documents.set(document.documentId, document);
      }
      const outcome = await giveUpBundle(ports, run, position, [...documents.values()], error, context);
      await blobs.delete(Array.from({ length: count }, (_, index) => bundlePartKey(position, index)));
      return outcome;
    },
  };
}

/** A bundle that took less than this grows, one that took longer than the other shrinks. */
const growBelowMs = 2_000;
const shrinkAboveMs = 6_000;
const largestBundleBytes = 16 * firstBundleBytes;

/**
 * How large the next bundle of the chain is to be. What a bundle costs besides its text, such as a refresh of the
 * index, is shared by all its documents; what a stop loses and a pause waits for grows with it.
 */
export function nextBytes({ bytes, takenAt }: Pick<LanePosition, 'bytes' | 'takenAt'>, now: Date): number {
  if (takenAt === null) return bytes;
  const tookMs = now.getTime() - Date.parse(takenAt);
  if (tookMs < growBelowMs) return Math.min(largestBundleBytes, bytes * 2);
  if (tookMs > shrinkAboveMs) return Math.max(firstBundleBytes, Math.floor(bytes / 2));
  return bytes;
}

async function failRejected(
  { store, log }: IngestPorts,
  run: Run,
  results: readonly CommitResult[],
): Promise<void> {
  const rejected = results.filter((result) => result.outcome === 'rejected');
  if (rejected.length === 0) return;
  const failures = rejected.map(({ documentId, revision, reason }) => ({ documentId, revision, reason }));
  await from('index', store.manifest.fail(runRef(run), failures));
  for (const { documentId, reason } of rejected) {
    log.warn({ event: 'document-failed', runId: run.runId, documentId, code: reason.code });
  }
}

async function countResults(
  ports: IngestPorts,
  { runId }: Run,
  parts: readonly EmbeddedPart[],
  results: readonly CommitResult[],
): Promise<void> {
  const outcomes = { committed: 0, superseded: 0, rejected: 0 };
  const more = { new: 0, changed: 0, failed: 0, embedded: 0, reused: 0 };
  const isNew = new Map(
    parts.flatMap(({ part }) => part.documents.map((document) => [document.documentId, document.isNew])),
  );
  for (const { documentId, outcome } of results) {
    outcomes[outcome] += 1;
    if (outcome === 'committed') more[isNew.get(documentId) === true ? 'new' : 'changed'] += 1;
    if (outcome === 'rejected') more.failed += 1;
  }
  for (const { embedded } of parts) {
    for (const usage of embedded.usage) {
      more.embedded += usage.embedded;
      more.reused += usage.reused;
    }
  }
  await countWork(ports, runId, more);
  const chunks = parts.reduce((sum, { part }) => sum + part.chunks.length, 0);
  ports.log.info({ event: 'documents-indexed', runId, ...outcomes, chunks });
}
