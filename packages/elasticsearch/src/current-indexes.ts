import type { GenerationRef } from '@winnow/core';
import type { Connection } from './connection.ts';
import { bringForward } from './ensure-index.ts';
import { type IndexDefinition, manifestDefinition, noRefresh, ofNoCorpus } from './index-definitions.ts';
import type { IndexNames } from './names.ts';

/** Brings a generation's indexes to this version before this process writes to them for the first time. */
export interface CurrentIndexes {
  ensure(ref: GenerationRef): Promise<void>;
  forget(ref: GenerationRef): void;
}

/** Of chunks, no version has added a field yet: only how they are refreshed has changed. */
const chunkChanges: IndexDefinition = {
  settings: noRefresh,
  properties: {},
  notInSource: [],
  identity: ofNoCorpus,
};

export function createCurrentIndexes(connection: Connection, names: IndexNames): CurrentIndexes {
  const ensured = new Map<string, Promise<void>>();
  return {
    ensure(ref) {
      const known = ensured.get(ref.physicalName);
      if (known !== undefined) return known;
      const bringing = Promise.all([
        bringForward(connection, names.manifest(ref), manifestDefinition({ shards: 1 })),
        bringForward(connection, names.chunks(ref), chunkChanges),
      ]).then(() => {});
      ensured.set(ref.physicalName, bringing);
      bringing.catch(() => ensured.delete(ref.physicalName));
      return bringing;
    },
    forget(ref) {
      ensured.delete(ref.physicalName);
    },
  };
}
