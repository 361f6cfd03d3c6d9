import { type Corpus, type CorpusId, type Schedule, scheduleVersion } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { corpusOf, runIdOf } from '../builders.ts';
import { scheduleOf } from '../kept-builders.ts';
import { expectFailure, type StoreSuiteOptions, useStore } from './harness.ts';

export function describeSchedules(options: StoreSuiteOptions): void {
  describe('schedules', () => {
    const harness = useStore(options);
    const fresh = async () => harness.recordOf(await harness.corpus());
    const scheduled = async (overrides: Partial<Schedule> = {}) => {
      const corpus = await fresh();
      const schedule = scheduleOf(corpus, overrides);
      await harness.store.schedules.set(schedule);
      return { corpus, schedule };
    };
    const namesOf = (schedules: readonly Schedule[]) => schedules.map(({ corpus }) => corpus);

    test('a schedule is read back as it was given, and a corpus without one has none', async () => {
      const { corpus, schedule } = await scheduled();
      const other = await fresh();
      expect(await harness.store.schedules.get(corpus.name)).toEqual(schedule);
      expect(await harness.store.schedules.get(other.name)).toBeNull();
      expect(await harness.store.schedules.get(corpusOf('suite-absent').name)).toBeNull();
    });

    test('the last one that was set takes the place of the one before', async () => {
      const { corpus, schedule } = await scheduled();
      const next = { ...schedule, cron: '30 4 * * 1', nextRunAt: '2026-03-01T00:00:00.000Z' };
      await harness.store.schedules.set(next);
      expect(await harness.store.schedules.get(corpus.name)).toEqual(next);
      expect(await harness.store.schedules.list()).toEqual([next]);
    });

    test('a schedule of a corpus that is gone, going or another is refused and not kept', async () => {
      const corpus = await fresh();
      const { schedules, corpora } = harness.store;
      await expectFailure(schedules.set(scheduleOf(corpusOf('suite-absent'))), 'not_found');
      const other = { name: corpus.name, corpusId: 'another0id00' as CorpusId };
      await expectFailure(schedules.set(scheduleOf(other)), 'not_found');
      const deletingSince = '2026-02-03T04:05:06.000Z';
      await corpora.update(corpus, (current) => ({ ...current, deletingSince }));
      await expectFailure(schedules.set(scheduleOf(corpus)), 'not_found');
      expect(await schedules.get(corpus.name)).toBeNull();
      expect(await schedules.list()).toEqual([]);
    });

    test('they are listed by corpus', async () => {
      const made = [await scheduled(), await scheduled(), await scheduled()];
      const names = made.map(({ corpus }) => corpus.name);
      expect(namesOf(await harness.store.schedules.list())).toEqual([...names].sort());
    });

    test('a change gives the schedule as it then is, and is listed', async () => {
      const { corpus, schedule } = await scheduled();
      const slot = schedule.nextRunAt;
      const last: Schedule['last'] = {
        slot,
        runId: runIdOf('run-1'),
        state: 'completed',
        message: null,
        at: slot,
      };
      const changed: Schedule = { ...schedule, nextRunAt: '2026-01-02T00:00:00.000Z', last };
      expect(await harness.store.schedules.update(corpus.name, () => changed)).toEqual(changed);
      expect(await harness.store.schedules.get(corpus.name)).toEqual(changed);
      expect(await harness.store.schedules.list()).toEqual([changed]);
    });

    test('a change that returns null, or throws, leaves the schedule as it is', async () => {
      const { corpus, schedule } = await scheduled();
      const { schedules } = harness.store;
      expect(await schedules.update(corpus.name, () => null)).toEqual(schedule);
      const refuse = () => {
        throw new Error('refused');
      };
      await expect(schedules.update(corpus.name, refuse)).rejects.toThrow('refused');
      expect(await schedules.get(corpus.name)).toEqual(schedule);
    });

    test('what is not there is not changed, and not made by a change', async () => {
      const corpus = await fresh();
      const { schedules } = harness.store;
      expect(await schedules.update(corpus.name, () => scheduleOf(corpus))).toBeNull();
      expect(await schedules.update(corpusOf('suite-absent').name, (each) => each)).toBeNull();
      expect(await schedules.get(corpus.name)).toBeNull();
    });

    test('no change is lost among writers at the same time', async () => {
      const { corpus } = await scheduled({ cron: '' });
      const add = (current: Schedule): Schedule => ({ ...current, cron: `${current.cron}x` });
      const updates = Array.from({ length: 12 }, () => harness.store.schedules.update(corpus.name, add));
      await Promise.all(updates);
      expect((await harness.store.schedules.get(corpus.name))?.cron).toBe('x'.repeat(12));
    });

    test('one of two processes that take the same slot gets it', async () => {
      const { corpus, schedule } = await scheduled();
      const taken: string[] = [];
      const take = async (taker: string) => {
        let isMine = false;
        await harness.store.schedules.update(corpus.name, (current) => {
          isMine = current.nextRunAt === schedule.nextRunAt;
          return isMine ? { ...current, nextRunAt: '2026-01-02T00:00:00.000Z' } : null;
        });
        if (isMine) taken.push(taker);
      };
      await Promise.all(['a', 'b', 'c', 'd'].map(take));
      expect(taken).toHaveLength(1);
    });

    test('what a later version keeps in a schedule is still there after it was changed', async () => {
      const later = { version: scheduleVersion + 1, mood: { calm: ['yes', 1] } };
      const { corpus, schedule } = await scheduled(later);
      await harness.store.schedules.update(corpus.name, (current) => ({ ...current, evaluates: false }));
      const expected = { ...schedule, evaluates: false };
      expect(await harness.store.schedules.get(corpus.name)).toEqual(expected);
      expect(await harness.store.schedules.list()).toEqual([expected]);
    });

    test('one that is removed is gone, and no other', async () => {
      const [gone, kept] = [await scheduled(), await scheduled()];
      const { schedules } = harness.store;
      expect(await schedules.remove(gone.corpus.name)).toBe(true);
      expect(await schedules.remove(gone.corpus.name)).toBe(false);
      expect(await schedules.get(gone.corpus.name)).toBeNull();
      expect(await schedules.update(gone.corpus.name, (each) => each)).toBeNull();
      expect(await schedules.list()).toEqual([kept.schedule]);
    });

    test('one that an earlier corpus of the name has left is nobody’s', async () => {
      const { corpus } = await scheduled();
      const { schedules, corpora } = harness.store;
      // As if the delete of the corpus had missed it: the record under its name is another's by now, and the call may
      // say that the corpus it was about is gone.
      const other: Corpus = { ...corpus, corpusId: 'another0id00' as CorpusId };
      await corpora.update(corpus, () => other).catch(() => null);
      expect((await corpora.get(corpus.name))?.corpusId).toBe(other.corpusId);
      expect(await schedules.get(corpus.name)).toBeNull();
      expect(await schedules.list()).toEqual([]);
      const never = () => {
        throw new Error('asked for a change of what is nobody’s');
      };
      expect(await schedules.update(corpus.name, never)).toBeNull();
      expect(await schedules.remove(corpus.name)).toBe(false);
      await schedules.set(scheduleOf(other));
      expect(await schedules.list()).toEqual([scheduleOf(other)]);
    });

    test('it goes with its corpus, and not with another', async () => {
      const [gone, kept] = [await scheduled(), await scheduled()];
      const { schedules, corpora } = harness.store;
      await corpora.delete(gone.corpus.name);
      expect(await schedules.list()).toEqual([kept.schedule]);
      // Even of a corpus that has the same id, which no other ever has: it is really gone.
      await corpora.create(gone.corpus);
      expect(await schedules.get(gone.corpus.name)).toBeNull();
      await corpora.delete(gone.corpus.name);
      const again = corpusOf(gone.corpus.name, undefined, 'again');
      await corpora.create(again);
      await schedules.set(scheduleOf(again));
      expect(await schedules.get(again.name)).toEqual(scheduleOf(again));
      expect(await schedules.list()).toHaveLength(2);
    });
  });
}
