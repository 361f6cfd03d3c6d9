import { type Run, runVersion } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { runIdOf, runOf } from '../builders.ts';
import { expectFailure, type StoreSuiteOptions, useStore } from './harness.ts';

export function describeRuns(options: StoreSuiteOptions): void {
  describe('runs', () => {
    const harness = useStore(options);

    test('a run is read back as it was given', async () => {
      const corpus = harness.recordOf(await harness.corpus());
      const run = runOf('kept', corpus, { reason: 'no "reason" 原因' });
      await harness.store.runs.create(run);
      expect(await harness.store.runs.get(run.runId)).toEqual(run);
    });

    test('a run that is not there is null, and cannot be changed', async () => {
      expect(await harness.store.runs.get(runIdOf('absent'))).toBeNull();
      await expectFailure(
        harness.store.runs.update(runIdOf('absent'), (run) => run),
        'not_found',
      );
    });

    test('a change gives the run as it then is', async () => {
      const corpus = harness.recordOf(await harness.corpus());
      const run = runOf('changed', corpus);
      await harness.store.runs.create(run);
      const finished: Run = { ...run, state: 'completed', finishedAt: '2026-01-02T04:00:00.000Z' };
      expect(await harness.store.runs.update(run.runId, () => finished)).toEqual(finished);
      expect(await harness.store.runs.get(run.runId)).toEqual(finished);
    });

    test('a change that returns null leaves the run as it is', async () => {
      const corpus = harness.recordOf(await harness.corpus());
      const run = runOf('left', corpus);
      await harness.store.runs.create(run);
      expect(await harness.store.runs.update(run.runId, () => null)).toEqual(run);
      expect(await harness.store.runs.get(run.runId)).toEqual(run);
    });

    test('no change is lost among writers at the same time', async () => {
      const corpus = harness.recordOf(await harness.corpus());
      const run = runOf('contended', corpus);
      await harness.store.runs.create(run);
      const addOne = (current: Run): Run => ({
        ...current,
        changes: { ...current.changes, new: current.changes.new + 1 },
      });
      await Promise.all(Array.from({ length: 12 }, () => harness.store.runs.update(run.runId, addOne)));
      expect((await harness.store.runs.get(run.runId))?.changes.new).toBe(12);
    });

    test('what a later version keeps in a run is still there after it was changed', async () => {
      const corpus = harness.recordOf(await harness.corpus());
      const later = { version: runVersion + 1, mood: { calm: ['yes', 1] } };
      const run: Run = { ...runOf('later', corpus), ...later };
      await harness.store.runs.create(run);
      await harness.store.runs.update(run.runId, (current) => ({ ...current, state: 'running' }));
      const expected = { ...run, state: 'running' };
      expect(await harness.store.runs.get(run.runId)).toEqual(expected);
      expect(await harness.store.runs.list(corpus.name, 10)).toEqual([expected]);
      expect(await harness.store.runs.active()).toEqual([expected]);
    });

    test('an error in a change reaches the caller and changes nothing', async () => {
      const corpus = harness.recordOf(await harness.corpus());
      const run = runOf('throwing', corpus);
      await harness.store.runs.create(run);
      const refuse = () => {
        throw new Error('refused');
      };
      await expect(harness.store.runs.update(run.runId, refuse)).rejects.toThrow('refused');
      expect(await harness.store.runs.get(run.runId)).toEqual(run);
    });

    test('runs of one corpus are listed newest first, up to the limit', async () => {
      const corpus = harness.recordOf(await harness.corpus());
      const other = harness.recordOf(await harness.corpus());
      for (const minute of [2, 0, 3, 1]) {
        const startedAt = `2026-01-02T03:0${minute}:00.000Z`;
        await harness.store.runs.create(runOf(`list-${minute}`, corpus, { startedAt }));
      }
      await harness.store.runs.create(runOf('list-other', other));
      const ids = async (limit: number) =>
        (await harness.store.runs.list(corpus.name, limit)).map((run) => run.runId);
      expect(await ids(10)).toEqual(['list-3', 'list-2', 'list-1', 'list-0']);
      expect(await ids(2)).toEqual(['list-3', 'list-2']);
    });

    test('active runs are those planning or running, of any corpus, oldest first', async () => {
      const one = harness.recordOf(await harness.corpus());
      const two = harness.recordOf(await harness.corpus());
      const states = ['running', 'completed', 'planning', 'failed', 'canceled'] as const;
      for (const [index, state] of states.entries()) {
        const startedAt = `2026-01-02T03:0${5 - index}:00.000Z`;
        const corpus = index % 2 === 0 ? one : two;
        await harness.store.runs.create(runOf(`active-${state}`, corpus, { state, startedAt }));
      }
      await harness.store.runs.create(
        runOf('active-other', two, { state: 'running', startedAt: '2026-01-02T03:04:30.000Z' }),
      );
      const active = (await harness.store.runs.active()).map((run) => run.runId);
      expect(active).toEqual(['active-planning', 'active-other', 'active-running']);
    });
  });
}
