import { type DocumentKey, defineJobs, type RunId } from '@winnow/core';
import { z } from 'zod';

const minuteMs = 60_000;

/** The payload version that this code writes; older ones are brought forward, newer ones left to newer workers. */
const version = 2;

const runId = z
  .string()
  .min(1)
  .max(64)
  .transform((id) => id as RunId);
const step = z.int().min(0);
const known = z.literal(version);

const lanePosition = {
  version: known,
  runId,
  /** One of the run's chains of jobs. */
  lane: z.int().min(0),
  /** Which chain of that lane; one that is behind the run's own has been overtaken and ends. */
  chain: z.int().min(1),
  /** Counts the bundles of a chain. */
  step,
  /** Documents behind this key are next; null: from the first pending one. */
  after: z
    .string()
    .max(64)
    .transform((key) => key as DocumentKey)
    .nullable(),
  /** About so much text the next bundle takes: it follows from how long the last one took. */
  bytes: z.int().min(1),
  /** When the bundle was taken up; ISO 8601, UTC. Null before. */
  takenAt: z.string().max(40).nullable(),
  /**
   * The chain takes the place of one that was stopped or lost for no document's fault: in its first pass, what was
   * taken up before is not held against a document.
   */
  forgive: z.boolean().default(false),
};

/** Bytes of text in the first bundle of a chain, and at the least: about a second of a small model on two cores. */
export const firstBundleBytes = 128 * 1024;

/** Version 1 named corpus and generation too, which the run knows, and had one chain a lane. */
function fromVersion1(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('version' in payload) || payload.version !== 1) {
    return payload;
  }
  const { corpus: _, generation: __, ...rest } = payload as Record<string, unknown>;
  const position = 'lane' in rest ? { chain: 1, after: null, bytes: firstBundleBytes, takenAt: null } : {};
  const plan = 'step' in rest ? {} : { step: 0 };
  return { ...plan, ...position, ...rest, version };
}

function payloadOf<Shape extends z.ZodRawShape>(shape: Shape) {
  // Fields that a later version adds are dropped here and change nothing for who does not know them.
  return z.preprocess(fromVersion1, z.object(shape));
}

/**
 * Everything that goes through the ingest queue:
 *
 *     run.plan ─▶ run.plan … ─▶ (run.backfill, where texts go to the provider in batches first) ─▶ one chain per
 *     lane: documents.chunk ─▶ documents.embed (one per part) ─▶ documents.index ─▶ documents.chunk …
 *
 * Payloads are positions: of a plan in its source, of a chain in its lane. The documents come from the manifest,
 * their text from blobs. A chain has one job at a time and ends where its lane has nothing pending. Trying again
 * happens here only; every stage is safe to repeat.
 */
export const ingestJobs = defineJobs({
  'run.plan': {
    payload: payloadOf({ version: known, runId, step }),
    id: ({ runId: id, step: at }) => `plan-${id}-${at}`,
    version,
    attempts: 5,
    backoffMs: 2_000,
    timeoutMs: 15 * minuteMs,
    concurrency: 2,
    // A slice is compared and written, never parsed: what kills its worker is not in the documents.
    maxWorkersLost: 5,
  },
  'run.backfill': {
    payload: payloadOf({ version: known, runId, step }),
    id: ({ runId: id, step: at }) => `backfill-${id}-${at}`,
    version,
    attempts: 8,
    backoffMs: 2_000,
    timeoutMs: 12 * 60 * minuteMs,
    concurrency: 2,
    maxWorkersLost: 5,
  },
  'documents.chunk': {
    payload: payloadOf(lanePosition),
    id: ({ runId: id, lane, chain, step: at }) => `chunk-${id}-${lane}-${chain}-${at}`,
    version,
    attempts: 5,
    backoffMs: 2_000,
    timeoutMs: 15 * minuteMs,
    concurrency: 2,
  },
  'documents.embed': {
    payload: payloadOf({ ...lanePosition, part: z.int().min(0), parts: z.int().min(1) }),
    id: ({ runId: id, lane, chain, step: at, part }) => `embed-${id}-${lane}-${chain}-${at}-${part}`,
    version,
    attempts: 8,
    backoffMs: 2_000,
    timeoutMs: 15 * minuteMs,
    // A killed worker repeats at most this many calls of the model; two keep the model busy while one reads and writes.
    concurrency: 2,
  },
  'documents.index': {
    payload: payloadOf({ ...lanePosition, parts: z.int().min(1) }),
    id: ({ runId: id, lane, chain, step: at }) => `index-${id}-${lane}-${chain}-${at}`,
    version,
    attempts: 8,
    backoffMs: 2_000,
    timeoutMs: 15 * minuteMs,
    concurrency: 4,
  },
});
