import type { Connection } from './connection.ts';
import { ensureIndex } from './ensure-index.ts';
import { corporaDefinition, runsDefinition } from './index-definitions.ts';
import type { IndexNames } from './names.ts';

/** Makes the two indexes that every installation has, once, before they are first used. */
export function createSystemIndexes(connection: Connection, names: IndexNames): () => Promise<void> {
  let ensured: Promise<void> | null = null;

  async function ensure(): Promise<void> {
    await Promise.all([
      ensureIndex(connection, names.corpora, corporaDefinition),
      ensureIndex(connection, names.runs, runsDefinition),
    ]);
  }

  return () => {
    ensured ??= ensure().catch((error: unknown) => {
      ensured = null;
      throw error;
    });
    return ensured;
  };
}
