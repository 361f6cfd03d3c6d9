import { type ManifestEntry, noUsage, type RunScope, type SourceItem } from '@winnow/core';
import { contentHashOf, documentIdOf, runIdOf, testMaking, testSource } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { createDocumentIdSet } from './document-id-set.ts';
import { classifyingFor, plannedChange, selectionOf } from './selection.ts';

const documentId = documentIdOf('guide.md');
const item: SourceItem = {
  kind: 'document',
  documentId,
  location: {},
  contentHash: contentHashOf('text'),
  bytes: 4,
  cursor: 'guide.md',
};
const failed: ManifestEntry = {
  documentId,
  state: 'failed',
  revision: 1,
  sourceId: testSource,
  liveRevision: null,
  liveVersion: null,
  chunkCount: 0,
  bytes: 4,
  making: null,
  dismissed: false,
  contentHash: contentHashOf('text'),
  location: {},
  lane: 0,
  attempts: 1,
  reason: { code: 'malformed', message: 'cut off' },
  runId: runIdOf('run-1'),
  usage: noUsage,
  updatedAt: '2026-01-02T03:04:05.000Z',
};

function setOf(...texts: readonly string[]) {
  const set = createDocumentIdSet();
  for (const text of texts) set.add(text);
  return set;
}

describe('selectionOf', () => {
  it('lets a run that keeps to a plan delete what the plan deletes, and nothing else', () => {
    const plan = selectionOf(
      'plan',
      setOf(plannedChange('gone.md', 'deleted', null), plannedChange('a', 'new', 'h')),
    );
    expect(plan.removes('gone.md')).toBe(true);
    expect(plan.removes('a')).toBe(false);
    expect(plan.removes('other.md')).toBe(false);
  });

  it('lets a repair delete what was found to be unlisted', () => {
    const damaged = selectionOf('damaged', setOf('gone.md'));
    expect(damaged.removes('gone.md')).toBe(true);
    expect(damaged.removes('other.md')).toBe(false);
  });
});

describe('classifyingFor', () => {
  const how = (scope: RunScope | null, entry: ManifestEntry | undefined) =>
    classifyingFor(
      { kind: 'retry', runId: runIdOf('run-2'), remake: false, scope },
      { making: testMaking, selection: null },
    )(item, entry);

  it('has a retry take up what its scope names, and leave out the rest', () => {
    expect(how(null, failed)).toMatchObject({ forced: true });
    expect(how({ cause: 'malformed' }, failed)).toMatchObject({ forced: true });
    expect(how({ cause: 'too_large' }, failed)).toBeNull();
    expect(how({ documentIds: [documentIdOf('other.md')] }, failed)).toBeNull();
    expect(how(null, { ...failed, state: 'live' })).toBeNull();
    expect(how(null, undefined)).toBeNull();
  });

  it('has a retry take up what somebody dismissed only where it is named', () => {
    const dismissed = { ...failed, dismissed: true };
    expect(how(null, dismissed)).toBeNull();
    expect(how({ cause: 'malformed' }, dismissed)).toBeNull();
    expect(how({ documentIds: [documentId] }, dismissed)).toMatchObject({ forced: true });
  });

  it('has a repair make anew what was found damaged, be it known or not', () => {
    const of = classifyingFor(
      { kind: 'repair', runId: runIdOf('run-2'), remake: false, scope: null },
      { making: testMaking, selection: selectionOf('damaged', setOf(documentId)) },
    );
    expect(of(item, undefined)).toMatchObject({ forced: true });
    expect(of(item, failed)).toMatchObject({ forced: true });
    expect(of({ ...item, documentId: documentIdOf('other.md') }, failed)).toBeNull();
  });
});
