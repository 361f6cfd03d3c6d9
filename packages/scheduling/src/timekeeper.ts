import { setTimeout as delay } from 'node:timers/promises';
import { AppError, type CorpusName, type Schedule } from '@winnow/core';
import { deliverNotices } from './notices/deliver-notices.ts';
import { isDue } from './notices/notice.ts';
import type { SchedulingPorts } from './ports.ts';
import { decided } from './slots/decide-slot.ts';
import { isTime, workOnSlot } from './slots/work-on-slot.ts';

const lookEveryMs = 1_000;
/** Verifications and webhooks that take their time: of more, each waits for the next look. */
const maxUnderWay = 32;

export interface Timekeeper {
  /** Looks at once, then every second. */
  start(): void;
  /** Resolves when nothing is under way any more; what is left off goes on with the next process. */
  stop(): Promise<void>;
  /** Looks once, and begins what is due. */
  look(): Promise<void>;
  /** Resolves when everything that was begun has come to its end. */
  settled(): Promise<void>;
}

/**
 * Keeps the time of all schedules, in one process of all: takes up slots that are due, goes on with those that are
 * under way, and tells webhooks. What it knows stands in the schedules, so that it may end at any moment; a second one at
 * the same time does no harm.
 * @param options.leads whether this process is the one; asked before each look.
 */
export function createTimekeeper(
  ports: SchedulingPorts,
  { leads }: { readonly leads: () => Promise<boolean> },
): Timekeeper {
  const { schedules, now, log } = ports;
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Map<string, Promise<void>>();
  let running: Promise<void> | null = null;

  async function look(): Promise<void> {
    if (!(await leads())) return;
    for (const schedule of await schedules.list()) {
      const { corpus } = schedule;
      if (hasSlotToTend(schedule, now())) begin('slot', corpus, () => tendSlot(ports, schedule, signal));
      if (schedule.notices.some((notice) => isDue(notice, now()))) {
        begin('notices', corpus, () => deliverNotices(ports, schedule, signal));
      }
    }
  }

  /** One of a kind for each corpus at a time; one that fails is made up for by the next look. */
  function begin(kind: string, corpus: CorpusName, work: () => Promise<void>): void {
    const key = `${kind} ${corpus}`;
    if (underWay.has(key) || underWay.size >= maxUnderWay) return;
    underWay.set(
      key,
      attempt(work, { event: 'schedule-not-tended', kind, corpus }).finally(() => underWay.delete(key)),
    );
  }

  async function attempt(
    work: () => Promise<void>,
    fields: { readonly event: string } & Readonly<Record<string, string>>,
  ): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const { code, message } = AppError.from(thrown);
      if (!signal.aborted) log.warn({ ...fields, code, message });
    }
  }

  async function looking(): Promise<void> {
    while (!signal.aborted) {
      await attempt(look, { event: 'schedules-not-looked-at' });
      await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  const settled = async () => {
    await Promise.all(underWay.values());
  };
  return {
    start() {
      running ??= looking();
    },
    async stop() {
      stopping.abort(new AppError('canceled', 'the process ends'));
      await running;
      await settled();
    },
    look,
    settled,
  };
}

function hasSlotToTend(schedule: Schedule, now: Date): boolean {
  return (schedule.current !== null && isTime(schedule.current, now)) || decided(schedule, now) !== null;
}

/** Decides the slot that is due, and takes the one that is under way as far as it goes now. */
async function tendSlot(ports: SchedulingPorts, schedule: Schedule, signal: AbortSignal): Promise<void> {
  const { schedules, now } = ports;
  const latest =
    decided(schedule, now()) === null
      ? schedule
      : await schedules.update(schedule.corpus, (current) => decided(current, now()));
  if (latest !== null) await workOnSlot(ports, latest, signal);
}
