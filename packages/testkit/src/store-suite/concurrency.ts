import type { StoredChunk } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { documentIdOf, newRevisionOf, revisionOf, unitVectorOf } from '../builders.ts';
import { neverAborted, type StoreSuiteOptions, testRun, useStore } from './harness.ts';

const documents = ['a', 'b', 'c'].map(documentIdOf);
/** Revision n of a document has 1 + n % 4 chunks. */
const sizeOf = (revision: number) => 1 + (revision % 4);

export function describeConcurrency(options: StoreSuiteOptions): void {
  describe('readers and writers at the same time', () => {
    const harness = useStore(options);

    test('a reader sees all of one revision of a document or none, never older than one before', async () => {
      const ref = await harness.corpus();
      let writing = true;
      const write = async () => {
        for (let revision = 1; revision <= 12; revision++) {
          await harness.accept(
            ref,
            documents.map((id) => newRevisionOf(id)),
          );
          await harness.store.chunks.commit(
            ref,
            documents.map((id) => labelled(id, revision)),
            neverAborted,
          );
        }
        writing = false;
      };
      let reads = 0;
      const read = async () => {
        const newest = new Map<string, number>();
        while (writing) {
          const result = await harness.recall(ref, {
            terms: ['label'],
            vector: unitVectorOf('label'),
            k: 100,
          });
          const ofLeg = (leg: 'bm25' | 'dense') =>
            result[leg].flatMap((hit) => result.chunks.get(hit.chunkId) ?? []);
          for (const chunks of [ofLeg('bm25'), ofLeg('dense'), [...result.chunks.values()]]) {
            for (const [id, revision] of wholeRevisions(chunks)) {
              expect(revision).toBeGreaterThanOrEqual(newest.get(id) ?? 0);
              newest.set(id, revision);
            }
          }
          wholeRevisions(await harness.store.chunks.ofDocument(ref, documentIdOf('b')));
          reads++;
          // Lets the writer go on where the store works synchronously.
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const writer = write().finally(() => {
        writing = false;
      });
      await Promise.all([writer, read(), read()]);
      expect(reads).toBeGreaterThan(0);
      expect([...wholeRevisions(await harness.exported(ref)).values()]).toEqual([12, 12, 12]);
    });

    test('a commit and a newer accept at the same time agree on what came first', async () => {
      for (let round = 0; round < 5; round++) {
        const ref = await harness.corpus();
        await harness.accept(ref, [newRevisionOf('a')]);
        const [results] = await Promise.all([
          harness.store.chunks.commit(ref, [labelled('a', 1)], neverAborted),
          harness.store.manifest.accept(ref, testRun, [newRevisionOf('a', { over: 1 })]),
        ]);
        const committed = results[0]?.outcome === 'committed';
        expect(await harness.entry(ref, 'a')).toMatchObject({
          state: 'pending',
          revision: 2,
          liveRevision: committed ? 1 : null,
        });
        expect(await harness.exported(ref)).toHaveLength(committed ? sizeOf(1) : 0);
      }
    });

    test('a commit and a delete at the same time end deleted', async () => {
      for (let round = 0; round < 5; round++) {
        const ref = await harness.corpus();
        await harness.accept(ref, [newRevisionOf('a')]);
        await Promise.all([
          harness.store.chunks.commit(ref, [labelled('a', 1)], neverAborted),
          harness.store.chunks.remove(
            ref,
            testRun,
            [{ documentId: documentIdOf('a'), revision: 1 }],
            neverAborted,
          ),
        ]);
        expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'deleted', liveRevision: null });
        expect(await harness.exported(ref)).toEqual([]);
      }
    });
  });
}

function labelled(documentId: string, revision: number) {
  const texts = Array.from({ length: sizeOf(revision) }, (_, position) => `label ${position} r${revision}`);
  return revisionOf(documentId, revision, texts, { title: `${revision}` });
}

/** Checks that the chunks of each document are one whole revision, and gives which. */
function wholeRevisions(chunks: readonly StoredChunk[]): ReadonlyMap<string, number> {
  const revisions = new Map<string, number>();
  for (const [id, own] of Map.groupBy(chunks, (chunk) => chunk.documentId)) {
    const titles = new Set(own.map((chunk) => chunk.title));
    expect([...titles]).toHaveLength(1);
    const revision = Number(own[0]?.title);
    const positions = own.map((chunk) => chunk.position).sort((left, right) => left - right);
    expect(positions).toEqual(Array.from({ length: sizeOf(revision) }, (_, position) => position));
    revisions.set(id, revision);
  }
  return revisions;
}
