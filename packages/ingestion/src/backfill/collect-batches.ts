import {
  AppError,
  type BackfillBatch,
  type EmbeddingKey,
  type ModelUsage,
  noModelUsage,
  type Run,
} from '@winnow/core';
import { billOf, type IngestPorts, type PricedBatches } from '../ports.ts';
import { changeBackfill } from './change-backfill.ts';

/** Vectors written to the cache at a time. */
const pageSize = 500;

/**
 * Puts the vectors of every batch that has ended into the embedding cache. What a batch does not bring is
 * embedded directly later on. Safe to repeat: a batch that was half read is read again and billed once.
 * @returns the run; its backfill is `collected` once no batch is under way any more.
 */
export async function collectBatches(
  ports: IngestPorts,
  run: Run,
  priced: PricedBatches,
  signal: AbortSignal,
): Promise<Run> {
  let current = run;
  for (const batch of run.backfill?.batches ?? []) {
    if (batch.state !== 'submitted') continue;
    const ended = await collectBatch(ports, run, batch, priced, signal);
    if (ended === null) continue;
    current = await endBatch(ports, run, ended, priced);
  }
  const isWaiting = current.backfill?.batches.some(({ state }) => state === 'submitted') ?? false;
  if (isWaiting || current.state !== 'running') return current;
  return await changeBackfill(ports, run.runId, (backfill) => ({ ...backfill, state: 'collected' }));
}

interface EndedBatch {
  readonly batch: BackfillBatch;
  readonly usage: ModelUsage;
}

/** @returns null while the provider is still at it. */
async function collectBatch(
  { embeddingCache, log }: IngestPorts,
  { runId }: Run,
  batch: BackfillBatch,
  { batches }: PricedBatches,
  signal: AbortSignal,
): Promise<EndedBatch | null> {
  const status = await statusOf(batches, batch.batchId, signal);
  if (status.state === 'running') return null;
  if (status.state === 'failed') {
    log.warn({ event: 'batch-failed', runId, batchId: batch.batchId, reason: status.reason });
    return { batch: { ...batch, state: 'failed', reason: status.reason }, usage: noModelUsage };
  }
  let usage = noModelUsage;
  let embedded = 0;
  let page = new Map<EmbeddingKey, Float32Array>();
  const results = batches.results(batch.batchId, signal, (taken) => {
    usage = taken;
  });
  for await (const result of results) {
    if (!('vector' in result)) continue;
    page.set(result.key, result.vector);
    embedded += 1;
    if (page.size < pageSize) continue;
    await embeddingCache.put(page);
    page = new Map();
  }
  if (page.size > 0) await embeddingCache.put(page);
  log.info({ event: 'batch-collected', runId, batchId: batch.batchId, texts: batch.texts, embedded });
  return { batch: { ...batch, state: 'collected', embedded }, usage };
}

/** A batch that the provider no longer knows cannot be waited for. */
async function statusOf(batches: PricedBatches['batches'], batchId: string, signal: AbortSignal) {
  try {
    return await batches.status(batchId, signal);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'not_found') throw error;
    return { state: 'failed' as const, done: 0, reason: error.message };
  }
}

async function endBatch(
  ports: IngestPorts,
  run: Run,
  { batch, usage }: EndedBatch,
  { charge }: PricedBatches,
): Promise<Run> {
  let isOurs = false;
  const updated = await changeBackfill(ports, run.runId, (backfill) => {
    const known = backfill.batches.find(({ label }) => label === batch.label);
    isOurs = known?.state === 'submitted';
    if (!isOurs) return null;
    return { ...backfill, batches: backfill.batches.map((one) => (one.label === batch.label ? batch : one)) };
  });
  if (!isOurs || usage.calls === 0) return updated;
  const bill = billOf(ports, run);
  charge(usage, bill);
  await bill.settled();
  return updated;
}
