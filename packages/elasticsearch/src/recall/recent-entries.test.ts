import type { estypes } from '@elastic/elasticsearch';
import { describe, expect, test } from 'vitest';
import { type LiveRecord, liveFields } from '../manifest/manifest-record.ts';
import { createRecentEntries } from './recent-entries.ts';

const index = 'winnow.notes.g1.manifest';
const record = { document_key: 'k', document_id: 'a.md', live_version: '1.abc' } as unknown as LiveRecord;
const answer = (write: readonly [number, number], rest: object = {}) =>
  ({
    ...{ found: true, _index: index, _id: 'k', _primary_term: write[0], _seq_no: write[1] },
    ...rest,
  }) as estypes.GetGetResult<LiveRecord>;

describe('entries that were read before', () => {
  test('are asked for in full until they are known, and then for their write alone', () => {
    const entries = createRecentEntries();
    expect(entries.fieldsFor(index, 'k')).toEqual([...liveFields]);
    expect(entries.entryIn(answer([1, 7], { _source: record }))).toBe(record);
    expect(entries.fieldsFor(index, 'k')).toBe(false);
    expect(entries.fieldsFor('another', 'k')).toEqual([...liveFields]);
    expect(entries.entryIn(answer([1, 7]))).toBe(record);
  });

  test('are not believed where they were written since, nor where they are gone', () => {
    const entries = createRecentEntries();
    entries.entryIn(answer([1, 7], { _source: record }));
    expect(entries.entryIn(answer([1, 8]))).toBe('unknown');
    // After another shard has taken over, a number may come again.
    expect(entries.entryIn(answer([2, 7]))).toBe('unknown');
    expect(entries.entryIn(answer([1, 7], { found: false }))).toBe(null);
    const later = { ...record, live_version: '2.def' } as LiveRecord;
    expect(entries.entryIn(answer([1, 8], { _source: later }))).toBe(later);
    expect(entries.entryIn(answer([1, 8]))).toBe(later);
  });

  test('of which nothing is known are unknown, whatever was asked for', () => {
    expect(createRecentEntries().entryIn(answer([1, 7]))).toBe('unknown');
  });
});
