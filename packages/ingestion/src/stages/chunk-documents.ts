import {
  AppError,
  createTurns,
  type DocumentKey,
  documentKeyOf,
  type JobHandler,
  type JobOutcome,
  type ManifestEntry,
  makingOf,
  type RevisionRef,
  type Run,
  runRef,
} from '@winnow/core';
import { type BundledDocument, partsOf, putBundlePart } from '../lanes/blobs/bundle-part.ts';
import { batchesAgain, endLane, leaveLane, reviveLanes } from '../lanes/end-lane.ts';
import { nextBundleJob } from '../lanes/lane.ts';
import { maxAttempts, maxBundleDocuments, type PickedBundle, pickBundle } from '../lanes/pick-bundle.ts';
import type { IngestJobs, IngestPorts, LanePosition } from '../ports.ts';
import { runInParallel } from '../run-in-parallel.ts';
import { countWork } from '../runs/count-work.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { from, putOff, withPatience } from '../waiting/with-patience.ts';
import { type AwaySources, createAwaySources } from './away-sources.ts';
import { giveUpBundle } from './give-up-bundle.ts';
import { laneTarget } from './lane-target.ts';
import { prepareEntry, type ReadEntries, type ReadEntry, readEntries } from './read-entries.ts';

/** How long a lane waits for its turn, when others have to come first. */
const turnMs = 500;
const defaultBundlesInFlight = 16;
/** Handed over together, so that the parser has the next one at hand when it is done with one. */
const preparedAtOnce = 64;

/**
 * Takes up the next documents of a lane, reads and prepares them, and hands them on in parts. Ends the lane
 * where nothing of it is pending, and the run where nothing of any lane is.
 */
export function createChunkHandler(ports: IngestPorts): JobHandler<IngestJobs, 'documents.chunk'> {
  const away = createAwaySources(ports.now);
  return {
    run: (position, context) =>
      withPatience(ports, position.runId, context, async (run) => {
        const target = await laneTarget(ports, run, position);
        if ('reason' in target) return { outcome: 'skipped', reason: target.reason };
        await admitBundle(ports);
        for (;;) {
          const picked = await takeUp(ports, run, position, away);
          if (picked.bundle.length === 0) return await passEnded(ports, run, position, away, picked.trouble);
          // Else a document that brings down the process would do so again and again to the same others.
          if (picked.isSuspect && isLowerLaneBusy(run, position))
            throw putOff('another lane comes first', turnMs);
          const limits = { maxBytes: position.bytes, away, signal: context.signal };
          const read = await readEntries(ports, target, picked.bundle, limits);
          if (read.entries.length === 0 && read.failed === 0) continue;
          const outcome = await prepareBundle(ports, target, position, read, context.signal);
          if (run.waiting?.reason !== 'source_away') return outcome;
          const revived = await from('index', reviveLanes(ports, run));
          return { ...outcome, next: [...(outcome.next ?? []), ...revived] };
        }
      }),

    async giveUp(position, error, context) {
      const run = await ports.store.runs.get(position.runId);
      if (run === null) return { outcome: 'done', reason: 'run-gone' };
      const { bundle } = pickBundle(await pageOf(ports, run, position));
      const refs = bundle.map(refOf);
      await ports.store.manifest.countAttempt(runRef(run), refs);
      return giveUpBundle(ports, run, position, refs, error, context);
    },
  };
}

/**
 * Bundles under way are bounded over all runs, so that text and vectors between the stages take the same room in
 * Redis however many runs there are.
 */
async function admitBundle({ queue, tuning }: IngestPorts): Promise<void> {
  const counts = await from('queue', queue.counts());
  const inFlight = counts['documents.embed'] + counts['documents.index'];
  if (inFlight < (tuning?.bundlesInFlight ?? defaultBundlesInFlight)) return;
  throw putOff('other bundles come first', turnMs);
}

/**
 * A chain that has come to the end of its lane begins once more; where nothing is left, the lane has ended. It ends too
 * where nothing is left but documents of sources that are away, while other lanes are at work: the last lane waits for
 * them, and has all begin once more; where batches are owed to them, these come first.
 * @param trouble what was met at such a source.
 */
async function passEnded(
  ports: IngestPorts,
  run: Run,
  position: LanePosition,
  away: AwaySources,
  trouble: AppError | null,
): Promise<JobOutcome<IngestJobs>> {
  if (position.after !== null) {
    return {
      outcome: 'done',
      reason: 'next-pass',
      next: [nextBundleJob(position, { after: null, forgive: false })],
    };
  }
  if (trouble !== null) {
    if (await from('index', leaveLane(ports, run, position)))
      return { outcome: 'done', reason: 'source-away' };
    away.clear(run.runId);
    const batches = await from('index', batchesAgain(ports, run, position));
    if (batches.length > 0) return { outcome: 'done', reason: 'batches-again', next: batches };
    throw trouble;
  }
  return { outcome: 'done', reason: 'lane-empty', next: await from('index', endLane(ports, run, position)) };
}

function isLowerLaneBusy({ chains }: Run, { lane }: LanePosition): boolean {
  return chains.slice(0, lane).some((chain) => chain > 0);
}

async function prepareBundle(
  ports: IngestPorts,
  target: RunningRun,
  position: LanePosition,
  read: ReadEntries,
  signal: AbortSignal,
): Promise<JobOutcome<IngestJobs>> {
  const { run } = target;
  const takenAt = ports.now().toISOString();
  const held = read.entries.filter(({ entry }) => !position.forgive || entry.attempts === 0);
  const refs = held.map(({ entry }) => refOf(entry));
  // Before anything is parsed: a document that brings down this process has to leave a trace.
  await from('index', ports.store.manifest.countAttempt(runRef(run), refs));
  let documents: readonly BundledDocument[];
  try {
    documents = await prepareAll(ports, target, read.entries, signal);
  } catch (thrown) {
    // Trouble around the documents: none of them is to suffer for it.
    const isTheirs = signal.aborted || AppError.from(thrown).part === null;
    if (!isTheirs) await ports.store.manifest.countAttempt(runRef(run), refs, -1).catch(() => {});
    throw thrown;
  }
  const failed = read.failed + read.entries.length - documents.length;
  if (failed > 0) await countWork(ports, run.runId, { failed });
  const next = { ...position, takenAt, after: read.after ?? position.after };
  return await handOver(ports, next, documents, signal);
}

async function prepareAll(
  ports: IngestPorts,
  target: RunningRun,
  entries: readonly ReadEntry[],
  signal: AbortSignal,
): Promise<readonly BundledDocument[]> {
  const making = makingOf(ports.making);
  const documents = new Map<ReadEntry, BundledDocument>();
  await runInParallel(entries, preparedAtOnce, async (item) => {
    const document = await prepareEntry(ports, target, item, signal);
    if (document === null) return;
    const isNew = item.entry.liveRevision === null;
    documents.set(item, { ...document, ...refOf(item.entry), making, isNew });
  });
  return entries.flatMap((item) => documents.get(item) ?? []);
}

interface TakenUp extends PickedBundle {
  /** What was met at a source whose documents were passed over; null where none was. */
  readonly trouble: AppError | null;
}

/** @returns the lane's next bundle; empty where nothing that can be read is pending behind the chain's place. */
async function takeUp(
  ports: IngestPorts,
  run: Run,
  position: LanePosition,
  away: AwaySources,
): Promise<TakenUp> {
  let after = position.after;
  let trouble: AppError | null = null;
  for (;;) {
    const page = await from('index', pageOf(ports, run, { ...position, after }));
    const pending = await from('index', stillPending(ports, run, page));
    const readable: ManifestEntry[] = [];
    for (const entry of pending) {
      const met = batchOwed(run, entry) ?? away.get(run.runId, entry.sourceId);
      if (met === null) readable.push(entry);
      else trouble ??= met;
    }
    const picked = pickBundle(readable);
    await failHopeless(ports, run, picked.hopeless);
    const last = page.at(-1);
    if (last === undefined || picked.bundle.length > 0) return { ...picked, trouble };
    // Nothing of the page is to be taken up any more: what was listed may be older than what was done since.
    after = documentKeyOf(last.documentId);
  }
}

/** What is in the way of a document whose texts are to come in a batch, and could not be put together yet. */
function batchOwed({ backfill }: Run, { sourceId }: ManifestEntry): AppError | null {
  if (backfill?.away?.includes(sourceId) !== true) return null;
  const message = `source ${sourceId} did not answer when its texts were put together`;
  return new AppError('unavailable', message, { part: 'source' });
}

/** The first page of a pass sees all that was written before; those after it need not. */
async function pageOf(
  { store }: IngestPorts,
  run: Run,
  { lane, after }: Pick<LanePosition, 'lane' | 'after'>,
): Promise<readonly ManifestEntry[]> {
  const query = { states: ['pending'], runId: run.runId, lane, limit: maxBundleDocuments } as const;
  return await store.manifest.list(runRef(run), {
    ...query,
    ...(after !== null && { after, stale: true }),
  });
}

async function stillPending(
  { store }: IngestPorts,
  run: Run,
  page: readonly ManifestEntry[],
): Promise<readonly ManifestEntry[]> {
  if (page.length === 0) return [];
  const ids = page.map(({ documentId }) => documentId);
  const entries = await store.manifest.get(runRef(run), ids);
  return ids.flatMap((id) => {
    const entry = entries.get(id);
    return entry?.state === 'pending' && entry.runId === run.runId ? [entry] : [];
  });
}

async function failHopeless(ports: IngestPorts, run: Run, hopeless: readonly ManifestEntry[]): Promise<void> {
  if (hopeless.length === 0) return;
  const message = `gave up after ${maxAttempts} attempts; each time its worker stopped or its bundle failed`;
  const reason = { code: 'gave_up', message } as const;
  const documents = hopeless.map((entry) => ({ ...refOf(entry), reason }));
  await from('index', ports.store.manifest.fail(runRef(run), documents));
  await countWork(ports, run.runId, { failed: hopeless.length });
  ports.log.warn({ event: 'documents-given-up', runId: run.runId, count: hopeless.length });
}

async function handOver(
  { blobs, log }: IngestPorts,
  position: LanePosition & { readonly after: DocumentKey | null },
  documents: readonly BundledDocument[],
  signal: AbortSignal,
): Promise<JobOutcome<IngestJobs>> {
  if (documents.length === 0) {
    return { outcome: 'done', reason: 'all-failed', next: [nextBundleJob(position)] };
  }
  const parts = partsOf(documents);
  const pause = createTurns(signal);
  for (const [index, part] of parts.entries()) {
    await pause();
    await from('queue', putBundlePart(blobs, position, index, part));
  }
  const chunks = parts.reduce((sum, part) => sum + part.chunks.length, 0);
  log.debug({ event: 'documents-chunked', documents: documents.length, chunks, parts: parts.length });
  const payload = { ...position, part: 0, parts: parts.length };
  return { outcome: 'done', next: [{ name: 'documents.embed', payload }] };
}

function refOf({ documentId, revision }: ManifestEntry): RevisionRef {
  return { documentId, revision };
}
