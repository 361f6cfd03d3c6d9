import type { Clock } from './ports.ts';

/** Runs one step and tells how long it took, in milliseconds with one decimal. */
export async function timed<Result>(
  clock: Clock,
  step: () => Promise<Result> | Result,
): Promise<{ readonly result: Result; readonly durationMs: number }> {
  const start = clock.now();
  const result = await step();
  return { result, durationMs: elapsed(clock, start) };
}

/** Milliseconds since `start`, with one decimal. */
export function elapsed(clock: Clock, start: number): number {
  return between(start, clock.now());
}

/** Milliseconds from one moment to another, with one decimal. */
export function between(start: number, end: number): number {
  return Math.round((end - start) * 10) / 10;
}
