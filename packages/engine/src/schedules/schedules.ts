import { setTimeout as delay } from 'node:timers/promises';
import { AppError, type CorpusName, type Schedule } from '@winnow/core';
import type { IngestPorts } from '@winnow/ingestion';
import { askedFor, type SchedulingPorts, scheduleOf, workOnSlot } from '@winnow/scheduling';
import { requireWholeCorpus } from '../require-corpus.ts';
import type { EngineSchedules } from './engine-schedules.ts';
import { scheduleView } from './schedule-view.ts';

const lookEveryMs = 500;

export function createEngineSchedules(
  ports: SchedulingPorts,
  { store }: Pick<IngestPorts, 'store'>,
): EngineSchedules {
  const { schedules, now } = ports;
  /** @throws AppError `not_found` with what makes one. */
  async function existing(name: string): Promise<Schedule> {
    const { name: corpus } = await requireWholeCorpus(store, name);
    return there(await schedules.get(corpus), corpus);
  }

  return {
    async set(name, request) {
      const corpus = await requireWholeCorpus(store, name);
      const at = now();
      // Refuses what cannot be before anything is changed.
      const fresh = scheduleOf(corpus, request, null, at);
      const changed = await schedules.update(corpus.name, (before) =>
        scheduleOf(corpus, request, before, at),
      );
      if (changed !== null) return scheduleView(changed);
      await schedules.set(fresh);
      return scheduleView(fresh);
    },
    async list() {
      return (await schedules.list()).map(scheduleView);
    },
    async show(name) {
      return scheduleView(await existing(name));
    },
    async remove(name) {
      const { corpus } = await existing(name);
      await schedules.remove(corpus);
    },
    async runNow(name) {
      const { corpus } = await existing(name);
      const at = now();
      return scheduleView(there(await schedules.update(corpus, (current) => askedFor(current, at)), corpus));
    },
    async work(name, onStep, signal) {
      for (;;) {
        const schedule = await existing(name);
        const latest = there(await workOnSlot(ports, schedule, signal), schedule.corpus);
        onStep(scheduleView(latest));
        if (latest.current === null || (await waitsForSomebody(ports, latest))) return scheduleView(latest);
        await delay(lookEveryMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    },
  };
}

function there(schedule: Schedule | null, corpus: CorpusName): Schedule {
  if (schedule !== null) return schedule;
  throw new AppError(
    'not_found',
    `${corpus} has no schedule: winnow schedule set ${corpus} --cron '0 3 * * *' makes one`,
  );
}

/** Whether the run that is under way will not go on by itself. */
async function waitsForSomebody({ work }: SchedulingPorts, { current }: Schedule): Promise<boolean> {
  const run = current === null ? null : await work.run(current.runId);
  return run?.waiting != null && run.waiting.nextLookAt === null;
}
