import type { JobHandler } from '@winnow/core';
import { batchPartKey, getBatchPart } from '../blobs/batch-part.ts';
import { getPartVectors, partKeys, partVectorsKey, putPartVectors } from '../blobs/part-vectors.ts';
import { createPartEmbedder } from '../embedding/part-embedder.ts';
import { generationOf, nextBatchJob } from '../lane.ts';
import { billOf, type IngestJob, type IngestJobs, type IngestPorts } from '../ports.ts';
import { runningRun } from '../run-state.ts';
import { giveUpBatch } from './give-up-batch.ts';

/**
 * Gets the vectors of one part of a batch, from index or cache where they are known, and keeps them as a blob.
 * Each part is a job of its own, so that a crash repeats one part of a huge document at most; of a remote
 * model, whose vectors are kept call by call, it repeats the calls under way.
 */
export function createEmbedHandler(ports: IngestPorts): JobHandler<IngestJobs, 'documents.embed'> {
  const { blobs } = ports;
  const embed = createPartEmbedder(ports);
  return {
    async run({ part: index, parts, ...position }, { signal, log }) {
      const running = await runningRun(ports, position);
      if (running === null) return { outcome: 'skipped', reason: 'run-ended' };
      const part = await getBatchPart(blobs, position, index);
      if (part === null)
        return { outcome: 'skipped', reason: 'blob-missing', next: [nextBatchJob(position)] };
      const next: IngestJob =
        index + 1 < parts
          ? { name: 'documents.embed', payload: { ...position, part: index + 1, parts } }
          : { name: 'documents.index', payload: { ...position, parts } };

      const bill = billOf(ports, running.run);
      const embedder = await ports.embedderOf(running.corpus, bill);
      const keys = partKeys(part, embedder.fingerprint);
      const key = partVectorsKey(part, keys);
      if ((await getPartVectors(blobs, key)) !== null) {
        return { outcome: 'done', reason: 'embedded-before', next: [next] };
      }
      const startedAt = ports.now().getTime();
      try {
        const ref = generationOf(position);
        await putPartVectors(blobs, key, await embed({ part, keys, ref, embedder, bill, signal }));
      } finally {
        await bill.settled();
      }
      const durationMs = ports.now().getTime() - startedAt;
      log.debug({ event: 'chunks-embedded', count: keys.length, durationMs });
      return { outcome: 'done', next: [next] };
    },

    async giveUp({ part: index, parts, ...position }, error, context) {
      const part = await getBatchPart(blobs, position, index);
      const outcome = await giveUpBatch(ports, position, part?.documents ?? [], error, context);
      await blobs.delete(Array.from({ length: parts }, (_, each) => batchPartKey(position, each)));
      return outcome;
    },
  };
}
