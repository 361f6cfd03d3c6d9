import { createTurns, type JobHandler, type Run } from '@winnow/core';
import { createPartEmbedder, type PartEmbedder } from '../embedding/part-embedder.ts';
import { type BundlePart, bundlePartKey, getBundlePart } from '../lanes/blobs/bundle-part.ts';
import { getPartVectors, partKeys, partVectorsKey, putPartVectors } from '../lanes/blobs/part-vectors.ts';
import { nextBundleJob } from '../lanes/lane.ts';
import { billOf, type IngestJob, type IngestJobs, type IngestPorts } from '../ports.ts';
import { countWork } from '../runs/count-work.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { reserve } from '../runs/spend.ts';
import { watchedRun } from '../waiting/watch-run.ts';
import { from, withPatience } from '../waiting/with-patience.ts';
import { giveUpBundle } from './give-up-bundle.ts';
import { laneTarget } from './lane-target.ts';

/**
 * Gets the vectors of one part of a bundle, from index or cache where they are known, and keeps them as a blob.
 * Each part is a job of its own, so that a crash repeats one part of a huge document at most; of a remote
 * model, whose vectors are kept call by call, it repeats the calls under way.
 */
export function createEmbedHandler(ports: IngestPorts): JobHandler<IngestJobs, 'documents.embed'> {
  const { blobs } = ports;
  const embed = createPartEmbedder(ports);
  return {
    run: ({ part: index, parts, ...position }, context) =>
      withPatience(ports, position.runId, context, async (run) => {
        const target = await laneTarget(ports, run, position);
        if ('reason' in target) return { outcome: 'skipped', reason: target.reason };
        const part = await from('queue', getBundlePart(blobs, position, index));
        if (part === null) {
          return {
            outcome: 'skipped',
            reason: 'blob-missing',
            next: [nextBundleJob(position, { after: null })],
          };
        }
        const next: IngestJob =
          index + 1 < parts
            ? { name: 'documents.embed', payload: { ...position, part: index + 1, parts } }
            : { name: 'documents.index', payload: { ...position, parts } };
        const isNew = await embedPartOf(ports, embed, target, part, context.signal);
        return { outcome: 'done', ...(!isNew && { reason: 'embedded-before' }), next: [next] };
      }),

    async giveUp({ part: index, parts, ...position }, error, context) {
      const run = await ports.store.runs.get(position.runId);
      if (run === null) return { outcome: 'done', reason: 'run-gone' };
      const part = await getBundlePart(blobs, position, index);
      const outcome = await giveUpBundle(ports, run, position, part?.documents ?? [], error, context);
      await blobs.delete(Array.from({ length: parts }, (_, each) => bundlePartKey(position, each)));
      return outcome;
    },
  };
}

/** @returns false where the vectors were there already. */
async function embedPartOf(
  ports: IngestPorts,
  embed: PartEmbedder,
  target: RunningRun,
  part: BundlePart,
  signal: AbortSignal,
): Promise<boolean> {
  const { blobs, log } = ports;
  const { run, generation } = target;
  const bill = billOf(ports, run);
  const embedder = await ports.embedderOf(generation, bill);
  const keys = await partKeys(part, embedder.fingerprint, createTurns(signal));
  const key = partVectorsKey(part, keys);
  if ((await from('queue', getPartVectors(blobs, key))) !== null) return false;
  const startedAt = ports.now().getTime();
  const budget = await openBudget(ports, run, generation);
  try {
    const vectors = await watchedRun(ports, run.runId, signal, (watched) =>
      embed({ part, keys, target, embedder, bill, reserve: budget.reserve, signal: watched }),
    );
    await from('queue', putPartVectors(blobs, key, vectors));
  } finally {
    await bill.settled();
    const { calls, inputTokens, usd } = bill.total();
    const reserved = budget.reserved();
    await countWork(ports, run.runId, {
      modelCalls: calls,
      tokens: inputTokens - reserved.tokens,
      usd: usd - reserved.usd,
    });
  }
  const durationMs = ports.now().getTime() - startedAt;
  log.debug({ event: 'chunks-embedded', count: keys.length, durationMs });
  return true;
}

/** What a job takes out of its run's budget before it spends. */
async function openBudget(
  ports: IngestPorts,
  run: Run,
  generation: RunningRun['generation'],
): Promise<{ reserve(tokens: number): Promise<void>; reserved(): { tokens: number; usd: number } }> {
  const total = { tokens: 0, usd: 0 };
  const price = run.budget === null ? null : await ports.priceOf(generation);
  return {
    async reserve(tokens) {
      if (tokens === 0) return;
      const usd = price === null ? null : (tokens * price.usdPerMillionTokens) / 1_000_000;
      const reserved = await reserve(ports, run, { tokens, usd });
      total.tokens += reserved.tokens;
      total.usd += reserved.usd ?? 0;
    },
    reserved: () => total,
  };
}
