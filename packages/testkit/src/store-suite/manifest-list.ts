import { type DocumentId, documentKeyOf, documentStates, type ManifestQuery, noUsage } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { documentIdOf, newRevisionOf, revisionOf, runIdOf } from '../builders.ts';
import { type Harness, neverAborted, type StoreSuiteOptions, useStore } from './harness.ts';

const firstRun = runIdOf('run-1');
const secondRun = runIdOf('run-2');

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
      ];
      for (const query of queries) {
        const expected = all.filter(
          (entry) =>
            (query.states === undefined || query.states.includes(entry.state)) &&
            (query.runId === undefined || entry.runId === query.runId) &&
            (query.lane === undefined || entry.lane === query.lane),
        );
        expect(await harness.store.manifest.list(ref, { ...query, limit: 1_000 })).toEqual(expected);
        expect(await paged(harness, ref, query, 3)).toEqual(expected.map((entry) => entry.documentId));
      }
    });

    test('a list includes every write that was finished before', async () => {
      const ref = await harness.corpus();
      for (let count = 1; count <= 5; count++) {
        await harness.store.manifest.accept(ref, firstRun, [newRevisionOf(`document-${count}`)]);
        expect(await harness.store.manifest.list(ref, { limit: 10 })).toHaveLength(count);
        expect((await harness.store.manifest.tally(ref)).pending).toBe(count);
      }
    });

    test('a page may start after an id that has no entry', async () => {
      const ref = await populated(harness);
      const all = await harness.store.manifest.list(ref, { limit: 1_000 });
      const after = documentIdOf('nobody');
      const expected = all.filter((entry) => documentKeyOf(entry.documentId) > documentKeyOf(after));
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

/** Forty documents in all states, of two runs and four lanes; some failed or pending ones have a live version. */
async function populated(harness: Harness) {
  const ref = await harness.corpus();
  const ids = Array.from({ length: 40 }, (_, index) => `document-${index}`);
  const every = (step: number, offset: number) => ids.filter((_, index) => index % step === offset);
  await harness.publish(
    ref,
    ids.slice(0, 30).map((id, index) => revisionOf(id, 1, Array(1 + (index % 3)).fill(id))),
  );
  const renewed = every(3, 0);
  await harness.store.manifest.accept(
    ref,
    secondRun,
    renewed.map((id, index) => newRevisionOf(id, { lane: index % 4 })),
  );
  await harness.store.manifest.accept(
    ref,
    firstRun,
    every(7, 1).map((id, index) => newRevisionOf(id, { lane: (index + 1) % 4 })),
  );
  await harness.store.manifest.fail(
    ref,
    every(6, 0).map((id) => ({
      documentId: documentIdOf(id),
      revision: 2,
      reason: { code: 'gave_up', message: 'gave up' },
    })),
  );
  await harness.store.chunks.remove(ref, secondRun, every(5, 2).map(documentIdOf), neverAborted);
  const missing = ids.slice(30);
  const known = await harness.store.manifest.get(ref, missing.map(documentIdOf));
  await harness.store.manifest.accept(
    ref,
    secondRun,
    missing.filter((id) => !known.has(documentIdOf(id))).map((id) => newRevisionOf(id, { lane: 1 })),
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
    const after = ids.at(-1);
    const page = await harness.store.manifest.list(ref, {
      ...query,
      ...(after === undefined ? {} : { after }),
      limit,
    });
    expect(page.length).toBeLessThanOrEqual(limit);
    ids.push(...page.map((entry) => entry.documentId));
    if (page.length < limit) return ids;
  }
}
