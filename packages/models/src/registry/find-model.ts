import { AppError } from '@winnow/core';
import type { ModelKind, ModelRow } from './model-row.ts';
import { modelRows } from './model-rows.ts';
import { nearestName } from './nearest-name.ts';

/**
 * The registry's row of a local model.
 * @throws AppError `not_found` with the names there are, and the nearest of them.
 */
export function findModel<Kind extends ModelKind>(
  kind: Kind,
  name: string,
): Extract<ModelRow, { kind: Kind }> {
  const rows = modelRows.filter((row): row is Extract<ModelRow, { kind: Kind }> => row.kind === kind);
  const row = rows.find((candidate) => candidate.name === name);
  if (row) return row;
  throw unknownModel(
    kind,
    name,
    rows.map((candidate) => candidate.name),
  );
}

/** The error for a name that is none of the known ones. */
export function unknownModel(kind: ModelKind, name: string, known: readonly string[]): AppError {
  const nearest = nearestName(name, known);
  const guess = nearest === null ? '' : ` Did you mean ${nearest}?`;
  return new AppError(
    'not_found',
    `no ${kind} model is called ${JSON.stringify(name.slice(0, 100))}.${guess} Known are ${known.join(', ')}.`,
    { context: { model: name.slice(0, 100) } },
  );
}
