import { type ManifestEntry, noUsage, type SourceItem } from '@winnow/core';
import { contentHashOf, documentIdOf, runIdOf, testMaking, testSource } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { laneOf } from '../lanes/lane.ts';
import { classifyItem, revisionOfItem } from './classify-item.ts';

const documentId = documentIdOf('guide.md');
const run = runIdOf('run-2');
const item: SourceItem = {
  kind: 'document',
  documentId,
  location: {},
  contentHash: contentHashOf('text'),
  bytes: 4,
  cursor: 'guide.md',
};
const unreadable = {
  kind: 'unreadable',
  documentId,
  reason: { code: 'too_large', message: '70 MB' },
  cursor: 'guide.md',
} as const satisfies SourceItem;

const how = { runId: run, making: testMaking, remake: false, forced: false };
const classify = (listed: SourceItem, entry: ManifestEntry | undefined, more: Partial<typeof how> = {}) =>
  classifyItem(listed, entry, { ...how, ...more });

function entryOf(overrides: Partial<ManifestEntry> = {}): ManifestEntry {
  return {
    documentId,
    state: 'live',
    revision: 1,
    sourceId: testSource,
    liveRevision: 1,
    liveVersion: '1',
    chunkCount: 1,
    bytes: 4,
    making: testMaking,
    dismissed: false,
    contentHash: contentHashOf('text'),
    location: {},
    lane: 0,
    attempts: 0,
    reason: null,
    runId: runIdOf('run-1'),
    usage: noUsage,
    updatedAt: '2026-01-02T03:04:05.000Z',
    ...overrides,
  };
}

describe('classifyItem', () => {
  it('accepts what is new or changed, and leaves alone what is live and the same', () => {
    expect(classify(item, undefined)).toEqual({ change: 'new', action: 'accept' });
    expect(classify(item, entryOf())).toEqual({ change: 'unchanged', action: 'keep' });
    const older = entryOf({ contentHash: contentHashOf('older') });
    expect(classify(item, older)).toEqual({ change: 'changed', action: 'accept' });
  });

  it('accepts what was deleted and is back, even with the same content', () => {
    const deleted = entryOf({ state: 'deleted', revision: 2, liveRevision: null });
    expect(classify(item, deleted)).toEqual({ change: 'new', action: 'accept' });
  });

  it('adopts what an earlier run left pending, and tries again what it failed', () => {
    const pending = entryOf({ state: 'pending', liveRevision: null });
    expect(classify(item, pending)).toEqual({ change: 'new', action: 'adopt' });
    const failed = entryOf({ state: 'failed', revision: 2 });
    expect(classify(item, failed)).toEqual({ change: 'changed', action: 'accept' });
  });

  it('says the same again about what this run has accepted already, without accepting it twice', () => {
    const first = classify(item, undefined);
    const accepted = entryOf({ state: 'pending', liveRevision: null, runId: run });
    expect(classify(item, accepted)).toEqual({ ...first, action: 'keep' });
    const { reason } = unreadable;
    const failed = entryOf({ state: 'failed', liveRevision: null, runId: run, reason });
    expect(classify(unreadable, failed)).toEqual({ change: 'unreadable', action: 'keep' });
  });

  it('does not try again what failed for its own bytes until they change', () => {
    const reason = { code: 'unsupported_type', message: 'a picture' } as const;
    const failed = entryOf({ state: 'failed', liveRevision: null, reason });
    expect(classify(item, failed)).toEqual({ change: 'unchanged', action: 'keep' });
    const changed = { ...item, contentHash: contentHashOf('other') };
    expect(classify(changed, failed)).toEqual({ change: 'new', action: 'accept' });
    const unlucky = entryOf({ state: 'failed', reason: { code: 'gave_up', message: 'the worker died' } });
    expect(classify(item, unlucky).action).toBe('accept');
  });

  it('counts a failure to read as unchanged while it stays the same', () => {
    const failed = entryOf({ state: 'failed', liveRevision: null, reason: unreadable.reason });
    expect(classify(unreadable, failed)).toEqual({ change: 'unchanged', action: 'keep' });
    const other = entryOf({ state: 'failed', reason: { code: 'unreadable', message: 'no permission' } });
    expect(classify(unreadable, other).action).toBe('accept');
  });

  it('records what cannot be read, and takes it up as soon as it can', () => {
    expect(classify(unreadable, entryOf())).toEqual({ change: 'unreadable', action: 'accept' });
    const recorded = revisionOfItem(unreadable, entryOf({ revision: 3 }), testSource);
    expect(recorded).toMatchObject({ reason: { code: 'too_large' }, location: {}, over: 3 });
    const failed = entryOf({ state: 'failed', contentHash: recorded.contentHash, runId: run });
    expect(classify(item, failed).action).toBe('accept');
  });

  it('says what an older version made, and makes it anew only where asked to', () => {
    const older = entryOf({ making: 'older' });
    expect(classify(item, older)).toEqual({ change: 'outdated', action: 'keep' });
    expect(classify(item, older, { remake: true })).toEqual({ change: 'outdated', action: 'accept' });
  });

  it('makes anew whatever it is told to, once', () => {
    const forced = { forced: true };
    expect(classify(item, entryOf(), forced).action).toBe('accept');
    const failed = entryOf({ state: 'failed', reason: { code: 'malformed', message: 'cut off' } });
    expect(classify(item, failed, forced).action).toBe('accept');
    expect(classify(item, entryOf({ state: 'pending', runId: run }), forced).action).toBe('keep');
  });
});

describe('laneOf', () => {
  it('spreads documents evenly', () => {
    const counts = new Map<number, number>();
    for (let index = 0; index < 4_000; index++) {
      const lane = laneOf(documentIdOf(`document-${index}`));
      counts.set(lane, (counts.get(lane) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3]);
    for (const count of counts.values()) expect(count).toBeGreaterThan(900);
  });
});
