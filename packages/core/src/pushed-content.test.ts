import { describe, expect, test } from 'vitest';
import type { DocumentId } from './ids.ts';
import { type ContentChange, type ContentRecord, decideContent, recordOfArchived } from './pushed-content.ts';

const noon = new Date('2026-01-02T12:00:00.000Z');

function change(text: string | null, more: Partial<ContentChange> = {}): ContentChange {
  const content =
    text === null ? null : { content: Buffer.from(text), mediaType: 'text/plain', title: null, metadata: {} };
  return { documentId: 'a' as DocumentId, content, version: null, idempotencyKey: null, ...more };
}

/** What becomes of a document to which these changes come in this order. */
function after(...changes: readonly (readonly [ContentChange, Date] | ContentChange)[]) {
  let record: ContentRecord | null = null;
  const outcomes = changes.map((each) => {
    const [made, now] = Array.isArray(each) ? each : [each as ContentChange, noon];
    const decided = decideContent(record, made, now);
    record = decided.record ?? record;
    return decided.outcome;
  });
  return { outcomes, record: record as ContentRecord | null };
}

describe('decideContent', () => {
  test('without versions the later change wins, and the same content is no change', () => {
    const { outcomes, record } = after(change('one'), change('two'), change('two'));
    expect(outcomes).toEqual(['kept', 'kept', 'same']);
    expect(record).toMatchObject({ sequence: 2, bytes: 3, isDeleted: false });
  });

  test('an older version never wins: not over a newer one, not over a delete, not by having none in between', () => {
    const newer = change('new', { version: 7 });
    const older = change('old', { version: 6 });
    expect(after(newer, older).outcomes).toEqual(['kept', 'older']);
    expect(after(change(null, { version: 7 }), older).record?.isDeleted).toBe(true);
    expect(after(newer, change('by hand'), older).outcomes).toEqual(['kept', 'kept', 'older']);
    expect(after(newer, change('other', { version: 7 })).outcomes).toEqual(['kept', 'older']);
    expect(after(newer, newer).outcomes).toEqual(['kept', 'same']);
  });

  test('the same content under a newer version is no change, and the version counts from then on', () => {
    const { outcomes } = after(
      change('x', { version: 1 }),
      change('x', { version: 5 }),
      change('y', { version: 3 }),
    );
    expect(outcomes).toEqual(['kept', 'same', 'older']);
  });

  test('what an archive has of a document is decided on as what was pushed; bytes come with the same push', () => {
    const newest = change('new', { version: 7 });
    const { contentHash } = after(newest).record ?? {};
    const documentId = newest.documentId;
    const live = recordOfArchived({ documentId, version: 7, contentHash: contentHash ?? null });
    expect(decideContent(live, change('old', { version: 6 }), noon).outcome).toBe('older');
    expect(decideContent(live, change('other', { version: 7 }), noon).outcome).toBe('older');
    expect(live.bytes).toBeNull();
    const same = decideContent(live, newest, noon);
    expect(same).toMatchObject({ outcome: 'same', record: { bytes: 3, mediaType: 'text/plain' } });
    const deleted = recordOfArchived({ documentId, version: 7, contentHash: null });
    expect(decideContent(deleted, change('old', { version: 6 }), noon).outcome).toBe('older');
    expect(decideContent(deleted, change(null), noon)).toEqual({ outcome: 'same', record: null });
  });

  test('a delete that comes before its document keeps it out', () => {
    const { outcomes } = after(change(null, { version: 3 }), change('late', { version: 2 }));
    expect(outcomes).toEqual(['kept', 'older']);
  });

  test('a request that is made again is taken once, whatever came in between', () => {
    const first = change('one', { idempotencyKey: 'k1' });
    const { outcomes, record } = after(first, change('two'), first);
    expect(outcomes).toEqual(['kept', 'kept', 'repeated']);
    expect(record?.sequence).toBe(2);
  });

  test('a key that asks for something else is refused', () => {
    const key = { idempotencyKey: 'k1' };
    expect(after(change('one', key), change('two', key)).outcomes).toEqual(['kept', 'key_reused']);
    expect(after(change('one', key), change(null, key)).outcomes).toEqual(['kept', 'key_reused']);
    expect(after(change('one', key), change('one', { ...key, version: 2 })).outcomes).toEqual([
      'kept',
      'key_reused',
    ]);
  });

  test('keys are forgotten after a day, and the memory of them is bounded', () => {
    const first = change('one', { idempotencyKey: 'k1' });
    const dayLater = new Date(noon.getTime() + 25 * 3_600_000);
    const forgotten = after(first, [change('two', { idempotencyKey: 'k2' }), dayLater], [first, dayLater]);
    expect(forgotten.outcomes).toEqual(['kept', 'kept', 'kept']);
    const many = Array.from({ length: 40 }, (_, at) => change(String(at), { idempotencyKey: `k${at}` }));
    expect(after(...many).record?.taken).toHaveLength(16);
  });

  test('metadata in another order is the same document, another title is another', () => {
    const given = (more: object) =>
      ({ ...change('x'), content: { ...change('x').content, ...more } }) as ContentChange;
    const { outcomes } = after(
      given({ metadata: { a: 1, b: 2 } }),
      given({ metadata: { b: 2, a: 1 } }),
      given({ metadata: { b: 2, a: 1 }, title: 'T' }),
    );
    expect(outcomes).toEqual(['kept', 'same', 'kept']);
  });
});
