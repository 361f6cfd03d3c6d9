import { type DocumentId, type ManifestEntry, noUsage } from '@winnow/core';
import { contentHashOf, runIdOf, testSource } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { maxAttempts, maxBundleDocuments, pickBundle } from './pick-bundle.ts';

function entriesOf(count: number, attempts: number): readonly ManifestEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    documentId: `document-${attempts}-${index}` as DocumentId,
    state: 'pending',
    revision: 1,
    sourceId: testSource,
    liveRevision: null,
    liveVersion: null,
    chunkCount: 0,
    bytes: null,
    making: null,
    dismissed: false,
    contentHash: contentHashOf(`${index}`),
    location: {},
    lane: 0,
    attempts,
    reason: null,
    runId: runIdOf('run'),
    usage: noUsage,
    updatedAt: '2026-01-02T03:04:05.000Z',
  }));
}

describe('pickBundle', () => {
  it('takes documents that nothing is known against together', () => {
    expect(pickBundle([...entriesOf(30, 0), ...entriesOf(30, 1)]).bundle).toHaveLength(60);
    expect(pickBundle(entriesOf(maxBundleDocuments + 100, 0)).bundle).toHaveLength(maxBundleDocuments);
  });

  it('lets them go first, then narrows the suspects down to one', () => {
    const suspects = entriesOf(40, 2);
    const alone = entriesOf(5, 3);
    expect(pickBundle([...alone, ...suspects, ...entriesOf(3, 0)]).bundle).toHaveLength(3);
    expect(pickBundle([...alone, ...suspects]).bundle).toEqual(suspects.slice(0, 16));
    expect(pickBundle(alone)).toMatchObject({ bundle: alone.slice(0, 1), isSuspect: true });
  });

  it('gives up what was taken up too often, and only that', () => {
    const hopeless = entriesOf(2, maxAttempts);
    const others = entriesOf(3, 1);
    expect(pickBundle([...hopeless, ...others])).toEqual({ hopeless, bundle: others, isSuspect: false });
    expect(pickBundle(hopeless)).toEqual({ hopeless, bundle: [], isSuspect: false });
  });

  it('gives every document an end, even if each pick brings its worker down', () => {
    let pending = [...entriesOf(300, 0)];
    let picks = 0;
    while (pending.length > 0) {
      const { bundle, hopeless } = pickBundle(pending.slice(0, maxBundleDocuments));
      const taken = new Set([...bundle, ...hopeless].map(({ documentId }) => documentId));
      expect(taken.size).toBeGreaterThan(0);
      pending = pending.flatMap((entry) => {
        if (!taken.has(entry.documentId)) return [entry];
        return hopeless.includes(entry) ? [] : [{ ...entry, attempts: entry.attempts + 1 }];
      });
      picks++;
    }
    expect(picks).toBeLessThan(300 * maxAttempts);
  });
});
