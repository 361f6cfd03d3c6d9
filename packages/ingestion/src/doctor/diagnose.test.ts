import {
  type DocumentKey,
  documentKeyOf,
  type IndexedVersion,
  type ManifestEntry,
  noUsage,
  type SourceItem,
} from '@winnow/core';
import { contentHashOf, documentIdOf, runIdOf, testMaking, testSource } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { classifyItem } from '../planning/classify-item.ts';
import { diagnoseIndexed, diagnoseListed } from './diagnose.ts';

const documentId = documentIdOf('guide.md');
const documentKey: DocumentKey = documentKeyOf(documentId);

function entryOf(overrides: Partial<ManifestEntry> = {}): ManifestEntry {
  return {
    documentId,
    state: 'live',
    revision: 2,
    sourceId: testSource,
    liveRevision: 2,
    liveVersion: 'v2',
    chunkCount: 3,
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

function versionOf(overrides: Partial<IndexedVersion> = {}): IndexedVersion {
  return { documentKey, version: 'v2', revision: 2, chunks: 3, broken: 0, ...overrides };
}

const kindsOf = (entry: ManifestEntry | undefined, versions: readonly IndexedVersion[]) =>
  diagnoseIndexed(entry, versions).map(({ kind }) => kind);

describe('diagnoseIndexed', () => {
  it('finds nothing wrong with what is whole, without chunks, deleted or never made', () => {
    expect(kindsOf(entryOf(), [versionOf()])).toEqual([]);
    expect(kindsOf(entryOf({ chunkCount: 0 }), [])).toEqual([]);
    const gone = { liveRevision: null, liveVersion: null, chunkCount: 0 };
    expect(kindsOf(entryOf({ state: 'deleted', ...gone }), [])).toEqual([]);
    expect(kindsOf(entryOf({ state: 'failed', ...gone }), [])).toEqual([]);
  });

  it('finds chunks that are lost, too few or too many', () => {
    expect(kindsOf(entryOf(), [])).toEqual(['lost']);
    expect(kindsOf(entryOf(), [versionOf({ chunks: 2 })])).toEqual(['half']);
    expect(kindsOf(entryOf(), [versionOf({ chunks: 4 })])).toEqual(['half']);
    expect(kindsOf(entryOf({ chunkCount: 0 }), [versionOf({ chunks: 1 })])).toEqual(['half']);
  });

  it('finds vectors by which nothing can be found', () => {
    expect(kindsOf(entryOf(), [versionOf({ broken: 1 })])).toEqual(['wrong-vector']);
  });

  it('looks at what is searchable, whatever became of the newest version', () => {
    const older = { revision: 3, liveRevision: 2 };
    expect(kindsOf(entryOf({ ...older, state: 'failed' }), [])).toEqual(['lost']);
    expect(kindsOf(entryOf({ ...older, state: 'pending' }), [versionOf({ chunks: 1 })])).toEqual([
      'half',
      'unfinished',
    ]);
  });

  it('finds what is pending, whatever is searchable of it', () => {
    expect(kindsOf(entryOf({ state: 'pending', revision: 3 }), [versionOf()])).toEqual(['unfinished']);
    const never = { liveRevision: null, liveVersion: null, chunkCount: 0 };
    expect(kindsOf(entryOf({ state: 'pending', ...never }), [])).toEqual(['unfinished']);
  });

  it('finds chunks that belong to nobody, and not those that a worker may be about to make live', () => {
    const other = versionOf({ version: 'v1', revision: 1 });
    expect(kindsOf(entryOf(), [other, versionOf()])).toEqual(['orphan']);
    expect(kindsOf(undefined, [versionOf()])).toEqual(['orphan']);
    expect(kindsOf(entryOf({ liveVersion: null, state: 'deleted' }), [versionOf()])).toEqual(['orphan']);
    const pending = entryOf({ state: 'pending', revision: 3 });
    expect(kindsOf(pending, [versionOf(), versionOf({ version: 'v3', revision: 3, chunks: 1 })])).toEqual([
      'unfinished',
    ]);
    expect(diagnoseIndexed(undefined, [other])).toMatchObject([{ version: 'v1' }]);
  });
});

describe('diagnoseListed', () => {
  const item: SourceItem = {
    kind: 'document',
    documentId,
    location: {},
    contentHash: contentHashOf('text'),
    bytes: 4,
    cursor: 'guide.md',
  };
  const reason = { code: 'unreadable', message: 'no permission' } as const;
  const unreadable: SourceItem = { kind: 'unreadable', documentId, reason, cursor: 'guide.md' };
  const how = { runId: null, making: testMaking, remake: false, forced: false };
  const kindOf = (listed: SourceItem, entry?: ManifestEntry) =>
    diagnoseListed({ item: listed, entry, ...classifyItem(listed, entry, how) })?.kind;

  it('finds what is not known, and what has another version at the source', () => {
    expect(kindOf(item)).toBe('missing');
    expect(kindOf(item, entryOf({ state: 'deleted', liveRevision: null }))).toBe('missing');
    expect(kindOf(item, entryOf({ contentHash: contentHashOf('older') }))).toBe('stale');
    expect(kindOf(unreadable, entryOf())).toBe('stale');
    expect(kindOf(unreadable)).toBe('missing');
  });

  it('finds nothing wrong with what is searchable, pending, outdated or in the inbox', () => {
    expect(kindOf(item, entryOf())).toBeUndefined();
    expect(kindOf(item, entryOf({ state: 'pending' }))).toBeUndefined();
    expect(kindOf(item, entryOf({ making: 'older' }))).toBeUndefined();
    const gaveUp = { code: 'gave_up', message: 'the worker died' } as const;
    expect(kindOf(item, entryOf({ state: 'failed', reason: gaveUp }))).toBeUndefined();
    expect(kindOf(unreadable, entryOf({ state: 'failed', reason: gaveUp }))).toBeUndefined();
  });
});
