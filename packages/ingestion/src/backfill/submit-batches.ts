import { AppError, type BackfillBatch, type Run, type SourceId } from '@winnow/core';
import { billOf, type IngestPorts, type PricedBatches } from '../ports.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { changeBackfill } from './change-backfill.ts';
import { groupBatches, type TextGroup } from './group-batches.ts';
import { pendingTexts } from './pending-texts.ts';

/**
 * Hands every text that a run needs embedded to the provider, batch by batch, each recorded in the run as soon
 * as it is submitted. After a crash the same texts are put together again: what is recorded, or known to the
 * provider under its label, is not submitted a second time. Sources that do not answer are recorded, for another time.
 * @returns the run, waiting for its batches.
 */
export async function submitBatches(
  ports: IngestPorts,
  target: RunningRun,
  { batches }: PricedBatches,
  signal: AbortSignal,
): Promise<Run> {
  const { run, generation } = target;
  const embedder = await ports.embedderOf(generation, billOf(ports, run));
  const recorded = new Set(run.backfill?.batches.map(({ label }) => label));
  const away = new Map<SourceId, AppError>();
  const texts = pendingTexts(ports, target, embedder, { away, signal });
  for await (const group of groupBatches(texts, batches)) {
    if (recorded.has(group.label)) continue;
    const batchId =
      (await batches.find(group.label, signal)) ?? (await batches.submit(group.texts, group.label, signal));
    const updated = await record(ports, run, group, batchId);
    if (updated.state !== 'running') throw new AppError('canceled', `run ${run.runId} has ended`);
    ports.log.info({ event: 'batch-submitted', runId: run.runId, batchId, texts: group.texts.length });
  }
  for (const [sourceId, { message }] of away) {
    ports.log.warn({ event: 'source-postponed', runId: run.runId, sourceId, reason: message });
  }
  return await changeBackfill(ports, run.runId, ({ away: _, ...backfill }) => ({
    ...backfill,
    state: 'waiting',
    ...(away.size > 0 && { away: [...away.keys()] }),
  }));
}

function record(
  ports: IngestPorts,
  { runId }: Run,
  { label, texts }: TextGroup,
  batchId: string,
): Promise<Run> {
  const batch: BackfillBatch = {
    label,
    batchId,
    texts: texts.length,
    state: 'submitted',
    embedded: 0,
    reason: null,
  };
  return changeBackfill(ports, runId, (backfill) =>
    backfill.batches.some((known) => known.label === label)
      ? null
      : { ...backfill, batches: [...backfill.batches, batch] },
  );
}
