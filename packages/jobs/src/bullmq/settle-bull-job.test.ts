import { DelayedError, type Job, WaitingError } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settleBullJob } from './settle-bull-job.ts';

const full = new Error("OOM command not allowed when used memory > 'maxmemory'.");
const readOnly = new Error("READONLY You can't write against a read only replica.");
const lockLost = Object.assign(new Error('Missing lock for job task-a.1. moveToDelayed'), { code: -2 });

describe('settleBullJob', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([full, readOnly])('moves a job again where Redis says $message', async (error) => {
    const { settle, moves, told } = bench([error, error]);
    const settled = expect(settle('delay')).rejects.toThrow(DelayedError);
    await vi.advanceTimersByTimeAsync(10_000);
    await settled;
    expect(moves()).toBe(3);
    expect(told).toHaveLength(2);
  });

  it.each(['delay', 'requeue'] as const)('leaves a job that is no longer its own, at %s', async (kind) => {
    const { settle, moves, told } = bench([lockLost]);
    await expect(settle(kind)).rejects.toThrow(kind === 'delay' ? DelayedError : WaitingError);
    expect({ moves: moves(), told }).toEqual({ moves: 1, told: [] });
  });

  it('leaves a job for whoever takes over from the dead, when it is told to let go of it', async () => {
    const { settle, moves, told, letGo } = bench(Array(100).fill(full));
    const settled = expect(settle('requeue')).rejects.toThrow(WaitingError);
    await vi.advanceTimersByTimeAsync(3_000);
    letGo();
    await settled;
    expect(moves()).toBeLessThanOrEqual(3);
    expect(told.length).toBe(moves());
  });

  it('marks a job before it parks it', async () => {
    const { settle, steps } = bench([]);
    await expect(settle('park')).rejects.toThrow(DelayedError);
    expect(steps).toEqual(['progress parked', 'moved']);
  });
});

/** A job whose moves fail with these errors, one after the other, and then succeed. */
function bench(errors: Error[]) {
  let moves = 0;
  const told: Error[] = [];
  const steps: string[] = [];
  const held = new AbortController();
  const move = async () => {
    const error = errors[moves];
    moves += 1;
    if (error !== undefined) throw error;
    steps.push('moved');
  };
  const job = {
    name: 'task',
    moveToDelayed: move,
    moveToWait: move,
    updateProgress: async (progress: unknown) => void steps.push(`progress ${progress}`),
  };
  const settle = (kind: 'delay' | 'park' | 'requeue') =>
    settleBullJob(
      { kind, delayMs: 10 },
      {
        // Only what a settlement calls.
        job: job as unknown as Job,
        token: 'token',
        noteError: (error) => told.push(error),
        signal: held.signal,
      },
    );
  return { settle, moves: () => moves, told, steps, letGo: () => held.abort() };
}
