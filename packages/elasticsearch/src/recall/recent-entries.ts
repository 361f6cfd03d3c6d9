import type { estypes } from '@elastic/elasticsearch';
import { createRecent } from '@winnow/core';
import { type LiveRecord, liveFields } from '../manifest/manifest-record.ts';

/**
 * Manifest entries as they were last read. None is taken for what is there now: the server is asked whether it was
 * written since, which costs a third of unpacking it.
 */
export interface RecentEntries {
  /** What of an entry is to be asked for: nothing but which write it is, where it is remembered. */
  fieldsFor(index: string, key: string): string[] | false;
  /**
   * The entry that an answer speaks of; null if there is none.
   * @returns `unknown` where only its write was asked for, and it is not the one that is remembered.
   */
  entryIn(answer: estypes.GetGetResult<LiveRecord>): LiveRecord | 'unknown' | null;
}

interface Known {
  readonly index: string;
  readonly record: LiveRecord;
  /** Of this index, for good: whatever is written gets a number of its own. */
  readonly write: string;
}

/** Some 20 MB. */
const maxEntries = 50_000;

/** Nothing is remembered yet. */
export function createRecentEntries(): RecentEntries {
  /** By key: of two indexes with the same documents, as those of two generations, the one that was read last counts. */
  const recent = createRecent<string, Known>(maxEntries);
  const knownOf = (index: string, key: string) => {
    const known = recent.get(key);
    return known?.index === index ? known : null;
  };
  return {
    fieldsFor: (index, key) => (knownOf(index, key) === null ? [...liveFields] : false),
    entryIn({ found, _index: index, _id: key, _source: record, _seq_no: number, _primary_term: term }) {
      if (!found) return null;
      const write = `${term}.${number}`;
      if (record !== undefined) {
        recent.set(key, { index, record, write });
        return record;
      }
      const known = knownOf(index, key);
      return known?.write === write ? known.record : 'unknown';
    },
  };
}
