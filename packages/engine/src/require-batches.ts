import { AppError, type Corpus, liveGeneration } from '@winnow/core';
import type { Models } from './models/models.ts';

/** @throws AppError `failed_precondition` where the corpus' model cannot be had in batches. */
export async function requireBatches(models: Models, corpus: Corpus): Promise<void> {
  const { embedder } = liveGeneration(corpus);
  if ((await models.batches(embedder)) !== null) return;
  throw new AppError(
    'failed_precondition',
    `${embedder} has no batches: ingest ${corpus.name} without them, or use an OpenAI model`,
  );
}
