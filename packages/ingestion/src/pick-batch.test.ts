import { type DocumentId, type ManifestEntry, noUsage } from '@winnow/core';
import { contentHashOf, runIdOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { maxAttempts, maxBatchDocuments, pickBatch } from './pick-batch.ts';

function entriesOf(count: number, attempts: number): readonly ManifestEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    documentId: `document-${attempts}-${index}` as DocumentId,
    state: 'pending',
    revision: 1,
    liveRevision: null,
    chunkCount: 0,
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

describe('pickBatch', () => {
  it('takes documents that nothing is known against together', () => {
    expect(pickBatch([...entriesOf(30, 0), ...entriesOf(30, 1)]).batch).toHaveLength(60);
    expect(pickBatch(entriesOf(400, 0)).batch).toHaveLength(maxBatchDocuments);
  });

  it('lets them go first, then narrows the suspects down to one', () => {
    const suspects = entriesOf(40, 2);
    const alone = entriesOf(5, 3);
    expect(pickBatch([...alone, ...suspects, ...entriesOf(3, 0)]).batch).toHaveLength(3);
    expect(pickBatch([...alone, ...suspects]).batch).toEqual(suspects.slice(0, 16));
    expect(pickBatch(alone)).toMatchObject({ batch: alone.slice(0, 1), isSuspect: true });
  });

  it('gives up what was taken up too often, and only that', () => {
    const hopeless = entriesOf(2, maxAttempts);
    const others = entriesOf(3, 1);
    expect(pickBatch([...hopeless, ...others])).toEqual({ hopeless, batch: others, isSuspect: false });
    expect(pickBatch(hopeless)).toEqual({ hopeless, batch: [], isSuspect: false });
  });

  it('gives every document an end, even if each pick brings its worker down', () => {
    let pending = [...entriesOf(300, 0)];
    let picks = 0;
    while (pending.length > 0) {
      const { batch, hopeless } = pickBatch(pending.slice(0, maxBatchDocuments));
      const taken = new Set([...batch, ...hopeless].map(({ documentId }) => documentId));
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
