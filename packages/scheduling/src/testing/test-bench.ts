import {
  AppError,
  isActive,
  type Run,
  type RunId,
  type Schedule,
  type ScheduleStore,
  silentLogger,
} from '@winnow/core';
import { corpusOf, runOf } from '@winnow/testkit';
import type { WebhookMessage } from '../notices/post-webhook.ts';
import type { Attempt, ScheduledWorkPorts, SchedulingPorts, SlotRun } from '../ports.ts';
import { type ScheduleRequest, scheduleOf } from '../schedule-request.ts';
import { createTimekeeper, type Timekeeper } from '../timekeeper.ts';
import { createMemorySchedules } from './memory-schedules.ts';

export const handbook = corpusOf('handbook');

/** A corpus with a schedule, and a clock that stands until it is set. */
export interface TestBench {
  readonly schedules: ScheduleStore;
  /** Milliseconds. */
  now: number;
  /** Runs as they were made; a run is active until it is ended. */
  readonly runs: Map<RunId, Run>;
  /** Ids of runs in the order in which they were made. */
  readonly made: RunId[];
  /** What `verify` answers next. */
  verdict: { readonly passed: boolean; readonly message: string };
  /** What a verification takes its time for. */
  whileVerifying: Promise<void>;
  /** What the steps after a run were asked for, in order. */
  readonly asked: string[];
  /** Called before each call to anything outside; throws what is to go wrong there. */
  onCall: (name: string) => void;
  /** What the webhook has taken. */
  readonly told: WebhookMessage[];
  /** What a webhook answers; null: it takes it. */
  refusal: string | null;
  secrets: Readonly<Record<string, string>>;
  /** Another process that keeps time. */
  boot(): Timekeeper;
  readonly ports: SchedulingPorts;
  set(request: ScheduleRequest): Promise<Schedule>;
  schedule(): Promise<Schedule>;
  /** Ends every run that is under way. */
  end(state?: 'completed' | 'failed' | 'canceled', reason?: string): void;
  /** Moves the clock, and has a process look until nothing more happens at this moment. */
  lookAt(time: string | number, timekeeper: Timekeeper): Promise<void>;
}

export function createTestBench(
  start: string,
  schedules: ScheduleStore = createMemorySchedules(),
): TestBench {
  const bench: TestBench = {
    schedules,
    now: Date.parse(start),
    runs: new Map(),
    made: [],
    verdict: { passed: true, message: '' },
    whileVerifying: Promise.resolve(),
    asked: [],
    onCall: () => {},
    told: [],
    refusal: null,
    secrets: {},
    boot: () => createTimekeeper(bench.ports, { leads: async () => true }),
    ports: {
      schedules: watched(schedules, (name) => bench.onCall(name)),
      work: fakeWork(() => bench),
      async post(_url, message) {
        bench.onCall('post');
        if (bench.refusal !== null) throw new AppError('unavailable', bench.refusal);
        bench.told.push(message);
      },
      secretOf: (variable) => bench.secrets[variable] ?? null,
      now: () => new Date(bench.now),
      log: silentLogger,
    },
    async set(request) {
      const before = await schedules.get(handbook.name);
      const schedule = scheduleOf(handbook, request, before, new Date(bench.now));
      await schedules.set(schedule);
      return schedule;
    },
    async schedule() {
      const schedule = await schedules.get(handbook.name);
      if (schedule === null) throw new Error('there is no schedule');
      return schedule;
    },
    end(state = 'completed', reason) {
      for (const run of bench.runs.values()) {
        if (!isActive(run)) continue;
        const finishedAt = new Date(bench.now).toISOString();
        bench.runs.set(run.runId, { ...run, state, reason: reason ?? null, finishedAt });
      }
    },
    async lookAt(time, timekeeper) {
      bench.now = typeof time === 'number' ? time : Date.parse(time);
      // A look that ends a slot may find the next one due.
      for (let look = 0; look < 3; look++) {
        await timekeeper.look();
        await timekeeper.settled();
      }
    },
  };
  return bench;
}

function fakeWork(bench: () => TestBench): ScheduledWorkPorts {
  return {
    async start({ runId, work, window }: SlotRun): Promise<Attempt> {
      const { runs, made, onCall, now } = bench();
      onCall('start');
      const other = [...runs.values()].find((run) => isActive(run) && run.runId !== runId);
      if (other !== undefined) return { kind: 'busy', message: `run ${other.runId} is under way` };
      if (!runs.has(runId)) {
        made.push(runId);
        const startedAt = new Date(now).toISOString();
        const kind = work.kind;
        runs.set(runId, runOf(runId, handbook, { kind, startedAt, ...(window !== null && { window }) }));
      }
      onCall('started');
      return { kind: 'done' };
    },
    async run(runId) {
      bench().onCall('run');
      return bench().runs.get(runId) ?? null;
    },
    async giveWay(runId) {
      const { runs, onCall, now } = bench();
      onCall('giveWay');
      const run = runs.get(runId);
      if (run?.waiting?.reason !== 'source_away' || !isActive(run)) return;
      const finishedAt = new Date(now).toISOString();
      runs.set(runId, { ...run, state: 'canceled', waiting: null, reason: 'gave way', finishedAt });
    },
    async verify(_corpus, generation) {
      bench().onCall('verify');
      bench().asked.push(`verify ${generation}`);
      await bench().whileVerifying;
      return bench().verdict;
    },
    async promote(_corpus, generation) {
      bench().onCall('promote');
      bench().asked.push(`promote ${generation}`);
      return { kind: 'done' };
    },
    async evaluate() {
      bench().onCall('evaluate');
      bench().asked.push('evaluate');
      return null;
    },
  };
}

function watched(store: ScheduleStore, onCall: (name: string) => void): ScheduleStore {
  return {
    ...store,
    async list() {
      onCall('list');
      return await store.list();
    },
    async update(corpus, change) {
      onCall('update');
      const updated = await store.update(corpus, change);
      onCall('updated');
      return updated;
    },
  };
}
