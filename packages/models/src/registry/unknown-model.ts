import { AppError } from '@winnow/core';
import type { ModelKind, RemoteProvider } from './model-row.ts';
import { modelRows, rowsOf } from './model-rows.ts';
import { nearestName } from './nearest-name.ts';

/**
 * The error for a name that is none of the known ones.
 * @param wires prefixes that models of the kind may have.
 */
export function unknownModel(kind: ModelKind, name: string, wires: readonly RemoteProvider[]): AppError {
  const known = rowsOf(kind).map((row) => row.name);
  const given = name.slice(0, 100);
  const prefixes = wires.map((wire) => `${wire}:NAME`).join(', ');
  return new AppError(
    'not_found',
    `no ${kind} model is called ${JSON.stringify(given)}.${guess(kind, name, known)} Known are ${known.join(', ')}; ` +
      `a model behind a server of your own is ${prefixes}.`,
    { context: { model: given } },
  );
}

function guess(kind: ModelKind, name: string, known: readonly string[]): string {
  const other = modelRows.find((row) => row.name === name && row.kind !== kind);
  if (other !== undefined) return ` It is a model for ${other.kind}.`;
  const nearest = nearestName(name, known);
  return nearest === null ? '' : ` Did you mean ${nearest}?`;
}
