import { describe, expect, test } from 'vitest';
import { documentIdOf, newRevisionOf, revisionOf, runIdOf } from '../builders.ts';
import { expectFailure, neverAborted, type StoreSuiteOptions, testRun, useStore } from './harness.ts';

const secondRun = runIdOf('run-2');

export function describePlanner(options: StoreSuiteOptions): void {
  describe('the run that may plan', () => {
    const harness = useStore(options);
    const a = documentIdOf('a');

    test('once another run is admitted, the one before accepts, adopts and removes nothing any more', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('live', 1, ['one'])]);
      await harness.accept(ref, [newRevisionOf('a')]);
      await harness.store.manifest.admit(ref, secondRun);
      const before = await harness.store.manifest.list(ref, { limit: 10 });

      const { manifest, chunks } = harness.store;
      const location = { path: 'moved' };
      await expectFailure(
        manifest.accept(ref, testRun, [newRevisionOf('a', { over: 1 }), newRevisionOf('new')]),
        'canceled',
      );
      await expectFailure(
        manifest.adopt(ref, testRun, [{ documentId: a, revision: 1, location }]),
        'canceled',
      );
      const live = { documentId: documentIdOf('live'), revision: 1 };
      await expectFailure(chunks.remove(ref, testRun, [live], neverAborted), 'canceled');

      expect(await manifest.list(ref, { limit: 10 })).toEqual(before);
      expect((await harness.exported(ref)).map((chunk) => chunk.documentId)).toEqual(['live']);
    });

    test('admitting again changes nothing, and the run goes on', async () => {
      const ref = await harness.corpus();
      const { manifest, chunks } = harness.store;
      for (let time = 0; time < 2; time++) await manifest.admit(ref, secondRun);
      expect(await manifest.accept(ref, secondRun, [newRevisionOf('a')])).toHaveLength(1);
      await manifest.admit(ref, secondRun);
      const document = { documentId: a, revision: 1 };
      expect(await manifest.adopt(ref, secondRun, [{ ...document, location: {} }])).toHaveLength(1);
      expect(await chunks.remove(ref, secondRun, [document], neverAborted)).toHaveLength(1);
    });

    test('what an earlier run accepted is still committed, counted and failed', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a'), newRevisionOf('b')]);
      await harness.store.manifest.admit(ref, secondRun);
      const b = { documentId: documentIdOf('b'), revision: 1 };
      await harness.store.manifest.countAttempt(ref, [b]);
      const reason = { code: 'malformed', message: 'no' } as const;
      await harness.store.manifest.fail(ref, [{ ...b, reason }]);
      await harness.store.chunks.commit(ref, [revisionOf('a', 1, ['one'])], neverAborted);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'live', runId: testRun });
      expect(await harness.entry(ref, 'b')).toMatchObject({ state: 'failed', attempts: 1, runId: testRun });
    });

    test('who is admitted to one generation says nothing of another', async () => {
      const left = await harness.corpus();
      const right = await harness.corpus();
      await harness.store.manifest.admit(right, secondRun);
      expect(await harness.store.manifest.accept(left, testRun, [newRevisionOf('a')])).toHaveLength(1);
    });
  });
}
