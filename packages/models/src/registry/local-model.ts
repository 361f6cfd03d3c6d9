import { AppError } from '@winnow/core';
import type { LocalModelRow, ModelKind } from './model-row.ts';
import { isLocal, rowsOf } from './model-rows.ts';
import { resolveModel } from './resolve-model.ts';

/**
 * The row of a model that runs here.
 * @throws AppError as `resolveModel` does; `invalid_argument` for a model that runs elsewhere.
 */
export function localModel<Kind extends ModelKind>(
  kind: Kind,
  name: string,
): Extract<LocalModelRow, { kind: Kind }> {
  const { modelId, provider } = resolveModel(kind, name);
  const row = rowsOf(kind)
    .filter(isLocal)
    .find((candidate) => candidate.name === modelId);
  if (row !== undefined) return row;
  throw new AppError('invalid_argument', `${modelId} does not run here, but by ${provider}`);
}
