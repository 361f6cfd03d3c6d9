import type { GenerationRef } from '@winnow/core';
import { chunkChanges } from '../chunks/chunk-definition.ts';
import type { Connection } from '../connection/connection.ts';
import { manifestDefinition } from '../manifest/manifest-definition.ts';
import { bringForward } from './bring-forward.ts';
import { memoByKey } from './memo-by-key.ts';
import type { IndexNames } from './names.ts';

/** Brings indexes to this version before this process writes to them for the first time; readers need nothing of it. */
export interface CurrentIndexes {
  /** @throws AppError `not_found` if the generation is gone. */
  ensure(ref: GenerationRef): Promise<void>;
}

export function createCurrentIndexes(connection: Connection, names: IndexNames): CurrentIndexes {
  const chunks = memoByKey((index) => bringForward(connection, index, chunkChanges));
  const manifest = memoByKey((index) => bringForward(connection, index, manifestDefinition));
  return {
    async ensure(ref) {
      await Promise.all([manifest(names.manifest(ref)), chunks(names.chunks(ref))]);
    },
  };
}
