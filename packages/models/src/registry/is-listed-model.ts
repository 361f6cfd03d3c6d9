import { AppError } from '@winnow/core';
import { findRow, readName } from './asked-name.ts';
import type { ModelKind } from './model-row.ts';
import { resolveModel } from './resolve-model.ts';

/** Whether a name means a model of the registry, whatever variant of it. */
export function isListedModel(kind: ModelKind, name: string): boolean {
  if (findRow(kind, readName(name)) === null) return false;
  try {
    // A path may begin like a name.
    return resolveModel(kind, name).provider !== 'gguf';
  } catch (error) {
    // A variant that it does not have is said by whoever opens the model.
    if (error instanceof AppError && error.code === 'invalid_argument') return true;
    throw error;
  }
}
