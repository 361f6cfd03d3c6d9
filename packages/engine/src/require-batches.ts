import { AppError, type Corpus } from '@winnow/core';
import type { Models } from './models/models.ts';

/** @throws AppError `failed_precondition` where the corpus' model cannot be had in batches. */
export async function requireBatches(models: Models, { name, settings }: Corpus): Promise<void> {
  if ((await models.batches(settings.embedder)) !== null) return;
  throw new AppError(
    'failed_precondition',
    `${settings.embedder} has no batches: ingest ${name} without them, or use an OpenAI model`,
  );
}
