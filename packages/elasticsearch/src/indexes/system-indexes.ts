import type { Connection } from '../connection/connection.ts';
import { ensureIndex, isThere, untilReadable } from './ensure-index.ts';
import type { IndexDefinition } from './index-definitions.ts';
import { memoByKey } from './memo-by-key.ts';

/** An index that every installation has once, over all corpora. */
export interface SystemIndex {
  readonly index: string;
  /** Resolves once it is there and of this version; before it is written to. */
  made(): Promise<void>;
  /** Whether there is anything to read: readers need no right to make it. */
  isThere(): Promise<boolean>;
}

/** Makes an index before it is first written to. */
export function createSystemIndex(
  connection: Connection,
  index: string,
  definition: IndexDefinition,
): SystemIndex {
  const made = memoByKey(async () => await ensureIndex(connection, index, definition));
  const readable = memoByKey(async () => await untilReadable(connection, index));
  let isKnown = false;
  return {
    index,
    async made() {
      await made(index);
      isKnown = true;
    },
    async isThere() {
      if (isKnown) return true;
      if (!(await isThere(connection, index))) return false;
      await readable(index);
      isKnown = true;
      return true;
    },
  };
}
