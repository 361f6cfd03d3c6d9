import { type ModelKind, type ModelRow, type RemoteProvider, remoteProviders } from './model-row.ts';
import { rowsOf } from './model-rows.ts';

/** A name as somebody wrote it, taken apart. */
export interface AskedName {
  /** Of the prefix; null without one. */
  readonly provider: RemoteProvider | null;
  /** What stands behind the prefix. */
  readonly rest: string;
}

/** Takes a provider's prefix off. */
export function readName(name: string): AskedName {
  const provider = remoteProviders.find((one) => name.startsWith(`${one}:`) && name.length > one.length + 1);
  return {
    provider: provider ?? null,
    rest: provider === undefined ? name : name.slice(provider.length + 1),
  };
}

/**
 * The row that a name means.
 * @returns null if no row has the name, with or without a variant behind its last `@`.
 */
export function findRow<Kind extends ModelKind>(
  kind: Kind,
  { provider, rest }: AskedName,
): { row: Extract<ModelRow, { kind: Kind }>; variant: string | null } | null {
  const rows = rowsOf(kind).filter((row) => provider === null || row.provider === provider);
  const exact = rows.find((row) => row.name === rest);
  if (exact !== undefined) return { row: exact, variant: null };
  const at = rest.lastIndexOf('@');
  const row = at < 0 ? undefined : rows.find((candidate) => candidate.name === rest.slice(0, at));
  return row === undefined ? null : { row, variant: rest.slice(at + 1) };
}
