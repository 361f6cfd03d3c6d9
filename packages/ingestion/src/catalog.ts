import type { CorpusName, RunId } from '@winnow/core';
import { defineJobs } from '@winnow/core';
import { z } from 'zod';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const lanePosition = {
  version: z.literal(1),
  corpus: z
    .string()
    .min(1)
    .max(63)
    .transform((name) => name as CorpusName),
  generation: z.int().min(1),
  runId: z
    .string()
    .min(1)
    .max(64)
    .transform((id) => id as RunId),
  /** One of the run's chains of jobs. */
  lane: z.int().min(0),
  /** Counts the batches of a chain; grows, with gaps where reconcile started the chain anew. */
  step: z.int().min(0),
};

/**
 * Everything that goes through the ingest queue:
 *
 *     run.plan ─▶ (run.backfill, where texts go to the provider in batches first) ─▶ one chain per lane: documents.chunk ─▶ documents.embed (one per part) ─▶ documents.index ─▶ documents.chunk …
 *
 * Payloads are positions in a chain: the documents come from the manifest, their text from blobs. A chain
 * has one job at a time and ends where its lane has nothing pending. Trying again happens here only; every
 * stage is safe to repeat.
 */
export const ingestJobs = defineJobs({
  'run.plan': {
    payload: z.strictObject({ version: z.literal(1), runId: lanePosition.runId }),
    id: ({ runId }) => `plan-${runId}`,
    attempts: 5,
    backoffMs: 2_000,
    timeoutMs: 12 * hourMs,
    concurrency: 2,
  },
  'run.backfill': {
    payload: z.strictObject({ version: z.literal(1), runId: lanePosition.runId, step: z.int().min(0) }),
    id: ({ runId, step }) => `backfill-${runId}-${step}`,
    // 2 + 4 + … + 128 s; where the provider stays away for longer, a new job takes over.
    attempts: 8,
    backoffMs: 2_000,
    timeoutMs: 12 * hourMs,
    concurrency: 2,
  },
  'documents.chunk': {
    payload: z.strictObject(lanePosition),
    id: ({ runId, lane, step }) => `chunk-${runId}-${lane}-${step}`,
    attempts: 5,
    backoffMs: 2_000,
    timeoutMs: 15 * minuteMs,
    concurrency: 2,
  },
  'documents.embed': {
    payload: z.strictObject({ ...lanePosition, part: z.int().min(0), parts: z.int().min(1) }),
    id: ({ runId, lane, step, part }) => `embed-${runId}-${lane}-${step}-${part}`,
    // 2 + 4 + … + 128 s: a provider may be away for four minutes before a batch is taken up anew.
    attempts: 8,
    backoffMs: 2_000,
    timeoutMs: 15 * minuteMs,
    // A killed worker repeats at most this many sub-batches; two keep the model busy while one reads and writes.
    concurrency: 2,
  },
  'documents.index': {
    payload: z.strictObject({ ...lanePosition, parts: z.int().min(1) }),
    id: ({ runId, lane, step }) => `index-${runId}-${lane}-${step}`,
    attempts: 8,
    backoffMs: 2_000,
    timeoutMs: 15 * minuteMs,
    concurrency: 2,
  },
});
