import { setTimeout as delay } from 'node:timers/promises';
import { AppError, type CorpusName, type Schedule } from '@winnow/core';
import { deliverNotices } from './notices/deliver-notices.ts';
import { isDue } from './notices/notice.ts';
import type { SchedulingPorts } from './ports.ts';
import { decided } from './slots/decide-slot.ts';
import { isTime, workOnSlot } from './slots/work-on-slot.ts';

/** While a slot is under way. */
const lookEveryMs = 1_000;
/** While nothing is: a schedule may be set by another process. */
const idleMs = 2_000;
/** What keeps the schedules from being looked at is said again after this. */
const sayAgainMs = 60_000;
/** Verifications and webhooks that take their time: of more, each waits for the next look. */
const maxUnderWay = 32;

export interface Timekeeper {
  /** Looks at once, then again and again: within two seconds, and when something is due. */
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
  let pauseMs = idleMs;
  let said = { message: '', at: 0 };

  async function look(): Promise<void> {
    pauseMs = idleMs;
    if (!(await leads())) return;
    const all = await schedules.list();
    pauseMs = pauseBeforeLook(all, now());
    for (const schedule of all) {
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
    const failed = (error: AppError) =>
      log.warn({ event: 'schedule-not-tended', kind, corpus, code: error.code, message: error.message });
    underWay.set(
      key,
      attempt(work, failed).finally(() => underWay.delete(key)),
    );
  }

  async function attempt(work: () => Promise<void>, failed: (error: AppError) => void): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!signal.aborted) failed(AppError.from(thrown));
    }
  }

  /** A server that is away is met at every look, and said once a minute. */
  function sayOnce({ code, message }: AppError): void {
    const at = now().getTime();
    if (message === said.message && Math.abs(at - said.at) < sayAgainMs) return;
    said = { message, at };
    log.warn({ event: 'schedules-not-looked-at', code, message });
  }

  async function looking(): Promise<void> {
    while (!signal.aborted) {
      await attempt(look, sayOnce);
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
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

/** How long nothing is due by what these schedules say: 0–2,000 ms. What is due already is looked at in a second. */
export function pauseBeforeLook(schedules: readonly Schedule[], now: Date): number {
  const pauses = schedules.flatMap(({ nextRunAt, current, notices }) => [
    Date.parse(nextRunAt) - now.getTime(),
    ...(current === null
      ? []
      : [current.nextTryAt === null ? 0 : Date.parse(current.nextTryAt) - now.getTime()]),
    ...notices.map(({ nextTryAt }) => Date.parse(nextTryAt) - now.getTime()),
  ]);
  return Math.min(idleMs, ...pauses.map((ms) => (ms > 0 ? ms : lookEveryMs)));
}

function hasSlotToTend(schedule: Schedule, now: Date): boolean {
  return (schedule.current !== null && isTime(schedule.current, now)) || decided(schedule, now) !== null;
}

/** Decides the slot that is due, and takes the one that is under way as far as it goes now. */
async function tendSlot(ports: SchedulingPorts, schedule: Schedule, signal: AbortSignal): Promise<void> {
  const { schedules, now } = ports;
  if (decided(schedule, now()) === null) {
    await workOnSlot(ports, schedule, signal);
    return;
  }
  await makeWay(ports, schedule, signal);
  const latest = await schedules.update(schedule.corpus, (current) => decided(current, now()));
  if (latest !== null) await workOnSlot(ports, latest, signal);
}

/**
 * Has the run of the slot before give way to the one that is due, where it only waits for sources that do not answer:
 * what is new in the others would be lost with the slot.
 */
async function makeWay(ports: SchedulingPorts, schedule: Schedule, signal: AbortSignal): Promise<void> {
  const { current, work, nextRunAt } = schedule;
  // Of a clock that was wrong, slots are counted anew, and none may be due.
  const isDue = Date.parse(nextRunAt) <= ports.now().getTime();
  if (!isDue || current?.step !== 'running' || work.kind !== 'sync') return;
  await ports.work.giveWay(current.runId);
  // Its end is recorded before the new slot is decided, also where it has ended since the last look.
  await workOnSlot(ports, schedule, signal);
}
