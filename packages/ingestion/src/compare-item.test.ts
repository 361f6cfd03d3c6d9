import { type ManifestEntry, noUsage, type SourceItem } from '@winnow/core';
import { contentHashOf, documentIdOf, runIdOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { compareItem, revisionOfItem } from './compare-item.ts';
import { laneOf } from './lane.ts';

const documentId = documentIdOf('guide.md');
const run = runIdOf('run-2');
const item: SourceItem = {
  kind: 'document',
  documentId,
  location: {},
  contentHash: contentHashOf('text'),
  bytes: 4,
};
const unreadable = {
  kind: 'unreadable',
  documentId,
  reason: { code: 'too_large', message: '70 MB' },
} as const satisfies SourceItem;

function entryOf(overrides: Partial<ManifestEntry> = {}): ManifestEntry {
  return {
    documentId,
    state: 'live',
    revision: 1,
    liveRevision: 1,
    chunkCount: 1,
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

describe('compareItem', () => {
  it('accepts what is new or changed, and leaves alone what is live and the same', () => {
    expect(compareItem(item, undefined, run)).toEqual({ change: 'new', action: 'accept' });
    expect(compareItem(item, entryOf(), run)).toEqual({ change: 'unchanged', action: 'keep' });
    const older = entryOf({ contentHash: contentHashOf('older') });
    expect(compareItem(item, older, run)).toEqual({ change: 'changed', action: 'accept' });
  });

  it('accepts what was deleted and is back, even with the same content', () => {
    const deleted = entryOf({ state: 'deleted', revision: 2, liveRevision: null });
    expect(compareItem(item, deleted, run)).toEqual({ change: 'new', action: 'accept' });
  });

  it('adopts what an earlier run left pending, and tries again what it failed', () => {
    const pending = entryOf({ state: 'pending', liveRevision: null });
    expect(compareItem(item, pending, run)).toEqual({ change: 'new', action: 'adopt' });
    const failed = entryOf({ state: 'failed', revision: 2 });
    expect(compareItem(item, failed, run)).toEqual({ change: 'changed', action: 'accept' });
  });

  it('says the same again about what this run has accepted already, without accepting it twice', () => {
    const first = compareItem(item, undefined, run);
    const accepted = entryOf({ state: 'pending', liveRevision: null, runId: run });
    expect(compareItem(item, accepted, run)).toEqual({ ...first, action: 'keep' });
    const { reason } = unreadable;
    const failed = entryOf({ state: 'failed', liveRevision: null, runId: run, reason });
    expect(compareItem(unreadable, failed, run)).toEqual({ change: 'new', action: 'keep' });
  });

  it('does not try again what failed for its own bytes until they change', () => {
    const reason = { code: 'unsupported_type', message: 'a picture' } as const;
    const failed = entryOf({ state: 'failed', liveRevision: null, reason });
    expect(compareItem(item, failed, run)).toEqual({ change: 'unchanged', action: 'keep' });
    const changed = { ...item, contentHash: contentHashOf('other') };
    expect(compareItem(changed, failed, run)).toEqual({ change: 'new', action: 'accept' });
    const unlucky = entryOf({ state: 'failed', reason: { code: 'gave_up', message: 'the worker died' } });
    expect(compareItem(item, unlucky, run).action).toBe('accept');
  });

  it('counts a failure to read as unchanged while it stays the same', () => {
    const failed = entryOf({ state: 'failed', liveRevision: null, reason: unreadable.reason });
    expect(compareItem(unreadable, failed, run)).toEqual({ change: 'unchanged', action: 'keep' });
    const other = entryOf({ state: 'failed', reason: { code: 'unreadable', message: 'no permission' } });
    expect(compareItem(unreadable, other, run).action).toBe('accept');
  });

  it('records what cannot be read, and takes it up as soon as it can', () => {
    expect(compareItem(unreadable, entryOf(), run)).toEqual({ change: 'changed', action: 'accept' });
    const recorded = revisionOfItem(unreadable);
    expect(recorded).toMatchObject({ reason: { code: 'too_large' }, location: {} });
    const failed = entryOf({ state: 'failed', contentHash: recorded.contentHash, runId: run });
    expect(compareItem(item, failed, run).action).toBe('accept');
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
