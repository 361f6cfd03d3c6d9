import {
  AppError,
  type BackfillBatch,
  type BatchEmbedder,
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
  ports: IngestPorts,
  { runId }: Run,
  batch: BackfillBatch,
  { batches }: PricedBatches,
  signal: AbortSignal,
): Promise<EndedBatch | null> {
  const { log } = ports;
  try {
    const status = await batches.status(batch.batchId, signal);
    if (status.state === 'running') return null;
    if (status.state === 'failed') return failed(status.reason ?? 'the provider gave no reason');
    const { embedded, usage } = await readResults(ports, batch, batches, signal);
    log.info({ event: 'batch-collected', runId, batchId: batch.batchId, texts: batch.texts, embedded });
    return { batch: { ...batch, state: 'collected', embedded }, usage };
  } catch (thrown) {
    const error = AppError.from(thrown);
    // A batch, or its results, that the provider no longer has cannot be waited for.
    if (error.code === 'not_found') return failed(error.message);
    throw error;
  }

  function failed(reason: string): EndedBatch {
    log.warn({ event: 'batch-failed', runId, batchId: batch.batchId, reason });
    return { batch: { ...batch, state: 'failed', reason }, usage: noModelUsage };
  }
}

async function readResults(
  { embeddingCache }: IngestPorts,
  { batchId }: BackfillBatch,
  batches: BatchEmbedder,
  signal: AbortSignal,
): Promise<{ readonly embedded: number; readonly usage: ModelUsage }> {
  let usage = noModelUsage;
  let embedded = 0;
  let page = new Map<EmbeddingKey, Float32Array>();
  const results = batches.results(batchId, signal, (taken) => {
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
  return { embedded, usage };
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
