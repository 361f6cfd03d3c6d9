import { AppError } from '@winnow/core';
import type { Models } from './models/models.ts';

/** @throws AppError `failed_precondition` where a model cannot be had in batches. */
export async function requireBatches(models: Models, embedder: string): Promise<void> {
  if ((await models.batches(embedder)) !== null) return;
  throw new AppError(
    'failed_precondition',
    `${embedder} has no batches: go on without them, or use an OpenAI model`,
  );
}
