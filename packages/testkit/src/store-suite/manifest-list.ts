import {
  type DocumentId,
  documentKeyOf,
  documentStates,
  type ManifestQuery,
  noUsage,
  type SourceId,
} from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { documentIdOf, newRevisionOf, revisionOf, runIdOf } from '../builders.ts';
import { type Harness, type StoreSuiteOptions, useStore } from './harness.ts';

const firstRun = runIdOf('run-1');
const secondRun = runIdOf('run-2');
const wiki = 'wiki' as SourceId;

export function describeManifestList(options: StoreSuiteOptions): void {
  describe('manifest lists and tallies', () => {
    const harness = useStore(options);

    test('entries come in order of document key, with every filter', async () => {
      const ref = await populated(harness);
      const all = await harness.store.manifest.list(ref, { limit: 1_000 });
      const keys = all.map((entry) => documentKeyOf(entry.documentId));
      expect(keys).toEqual([...keys].sort());
      expect(all).toHaveLength(40);

      const queries: Omit<ManifestQuery, 'limit'>[] = [
        ...documentStates.map((state) => ({ states: [state] })),
        { states: ['pending', 'failed'] },
        { states: [] },
        { runId: secondRun },
        { runId: runIdOf('absent') },
        { lane: 2 },
        { states: ['pending'], runId: secondRun, lane: 1 },
        { sourceId: wiki },
        { sourceId: wiki, states: ['pending'] },
        { sourceId: 'absent' as SourceId },
        { cause: 'gave_up' },
        { cause: 'malformed' },
        { cause: 'too_large' },
        { cause: 'gave_up', states: ['pending'] },
        { dismissed: true },
        { dismissed: false },
        { dismissed: false, states: ['failed'] },
        { dismissed: true, cause: 'malformed', sourceId: wiki },
      ];
      for (const query of queries) {
        const expected = all.filter(
          (entry) =>
            (query.states === undefined || query.states.includes(entry.state)) &&
            (query.runId === undefined || entry.runId === query.runId) &&
            (query.lane === undefined || entry.lane === query.lane) &&
            (query.sourceId === undefined || entry.sourceId === query.sourceId) &&
            (query.cause === undefined || entry.reason?.code === query.cause) &&
            (query.dismissed === undefined || entry.dismissed === query.dismissed),
        );
        expect(await harness.store.manifest.list(ref, { ...query, limit: 1_000 })).toEqual(expected);
        expect(await paged(harness, ref, query, 3)).toEqual(expected.map((entry) => entry.documentId));
      }
    });

    test('a list includes every write that was finished before', async () => {
      const ref = await harness.corpus();
      for (let count = 1; count <= 5; count++) {
        await harness.accept(ref, [newRevisionOf(`document-${count}`)]);
        expect(await harness.store.manifest.list(ref, { limit: 10 })).toHaveLength(count);
        expect((await harness.store.manifest.tally(ref)).pending).toBe(count);
      }
    });

    test('a page may start after a key that has no entry', async () => {
      const ref = await populated(harness);
      const all = await harness.store.manifest.list(ref, { limit: 1_000 });
      const after = documentKeyOf(documentIdOf('nobody'));
      const expected = all.filter((entry) => documentKeyOf(entry.documentId) > after);
      expect(await harness.store.manifest.list(ref, { after, limit: 1_000 })).toEqual(expected);
    });

    test('a tally counts states, searchable documents, live chunks and usage', async () => {
      const ref = await populated(harness);
      const all = await harness.store.manifest.list(ref, { limit: 1_000 });
      for (const runId of [undefined, firstRun, secondRun, runIdOf('absent')]) {
        const entries = all.filter((entry) => runId === undefined || entry.runId === runId);
        const count = (state: string) => entries.filter((entry) => entry.state === state).length;
        expect(await harness.store.manifest.tally(ref, runId)).toEqual({
          pending: count('pending'),
          live: count('live'),
          failed: count('failed'),
          dismissed: entries.filter((entry) => entry.dismissed).length,
          deleted: count('deleted'),
          searchable: entries.filter((entry) => entry.liveRevision !== null).length,
          chunks: entries.reduce((sum, entry) => sum + entry.chunkCount, 0),
          usage: entries.reduce(
            (sum, { usage }) => ({
              embedded: sum.embedded + usage.embedded,
              reused: sum.reused + usage.reused,
              modelCalls: sum.modelCalls + usage.modelCalls,
              tokens: sum.tokens + usage.tokens,
            }),
            noUsage,
          ),
        });
      }
    });

    test('what a document took is in its entry and its run’s tally', async () => {
      const ref = await harness.corpus();
      const usage = { embedded: 3, reused: 4, modelCalls: 2, tokens: 3_000_000_000 };
      await harness.publish(ref, [revisionOf('a', 1, ['one'], { usage })]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ usage });
      expect((await harness.store.manifest.tally(ref, firstRun)).usage).toEqual(usage);
    });
  });
}

/**
 * Forty documents in all states, of two runs, two sources and four lanes; some failed or pending ones have a live
 * version, some failed ones are dismissed.
 */
async function populated(harness: Harness) {
  const ref = await harness.corpus();
  const ids = Array.from({ length: 40 }, (_, index) => `document-${index}`);
  const every = (step: number, offset: number) => ids.filter((_, index) => index % step === offset);
  await harness.publish(
    ref,
    ids.slice(0, 30).map((id, index) => revisionOf(id, 1, Array(1 + (index % 3)).fill(id))),
  );
  const renewed = every(3, 0);
  await harness.accept(
    ref,
    renewed.map((id, index) =>
      newRevisionOf(id, { lane: index % 4, ...(index % 2 === 0 && { sourceId: wiki }) }),
    ),
    secondRun,
  );
  await harness.accept(
    ref,
    every(7, 1).map((id, index) => newRevisionOf(id, { lane: (index + 1) % 4 })),
    firstRun,
  );
  await harness.store.manifest.fail(
    ref,
    every(6, 0).map((id, index) => ({
      documentId: documentIdOf(id),
      revision: 2,
      reason: { code: index % 3 === 0 ? 'malformed' : 'gave_up', message: 'gave up' },
    })),
  );
  await harness.store.manifest.dismiss(
    ref,
    every(12, 0).map((id) => ({ documentId: documentIdOf(id), revision: 2 })),
  );
  await harness.remove(ref, every(5, 2), secondRun);
  const missing = ids.slice(30);
  const known = await harness.store.manifest.get(ref, missing.map(documentIdOf));
  await harness.accept(
    ref,
    missing.filter((id) => !known.has(documentIdOf(id))).map((id) => newRevisionOf(id, { lane: 1 })),
    secondRun,
  );
  return ref;
}

async function paged(
  harness: Harness,
  ref: Awaited<ReturnType<Harness['corpus']>>,
  query: Omit<ManifestQuery, 'limit'>,
  limit: number,
): Promise<readonly DocumentId[]> {
  const ids: DocumentId[] = [];
  for (;;) {
    const last = ids.at(-1);
    const page = await harness.store.manifest.list(ref, {
      ...query,
      ...(last !== undefined && { after: documentKeyOf(last) }),
      limit,
    });
    expect(page.length).toBeLessThanOrEqual(limit);
    ids.push(...page.map((entry) => entry.documentId));
    if (page.length < limit) return ids;
  }
}
