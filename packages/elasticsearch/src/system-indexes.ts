import type { Connection } from './connection.ts';
import { ensureIndex } from './ensure-index.ts';
import type { IndexDefinition } from './index-definitions.ts';

/** An index that every installation has once, over all corpora. */
export interface SystemIndex {
  readonly index: string;
  readonly definition: IndexDefinition;
}

/** Makes indexes once, before they are first used. */
export function createSystemIndexes(
  connection: Connection,
  indexes: readonly SystemIndex[],
): () => Promise<void> {
  let ensured: Promise<void> | null = null;

  async function ensure(): Promise<void> {
    await Promise.all(indexes.map(({ index, definition }) => ensureIndex(connection, index, definition)));
  }

  return () => {
    ensured ??= ensure().catch((error: unknown) => {
      ensured = null;
      throw error;
    });
    return ensured;
  };
}
