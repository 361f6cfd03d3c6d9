import { randomOf } from '@winnow/testkit';
import { between, type Injection } from '../injections/injection.ts';
import type { Scene } from '../scene/scene.ts';

/** One disturbance of a schedule. */
export interface Step<Setting extends Scene = Scene> {
  readonly injection: Injection<Setting>;
  /** Seconds from the beginning. */
  readonly at: number;
  /** Seconds that it lasts. */
  readonly lasts: number;
  /** What is random about it follows from this. */
  readonly seed: number;
}

const firstAt = 1.5;
/** Seconds between the beginnings of two; the one may last longer than that. */
const pace = [0.5, 7] as const;
/** Seconds that a part is left alone after it was in trouble. */
const rest = 1;

/** The same disturbances at the same times for the same seed; no part is in two troubles at once. */
export function planSchedule<Setting extends Scene>(
  injections: readonly Injection<Setting>[],
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
): readonly Step<Setting>[] {
  const random = randomOf(seed);
  const busyUntil = new Map<string, number>();
  const steps: Step<Setting>[] = [];
  let at = firstAt;
  while (at < seconds) {
    const free = injections.filter(({ part }) => (busyUntil.get(part) ?? 0) <= at);
    const injection = weighted(random, free);
    if (injection === null) {
      at += rest;
      continue;
    }
    const lasts = Math.min(between(random, injection.seconds), Math.max(0.1, seconds - at));
    steps.push({ injection, at, lasts, seed: Math.floor(random() * 2 ** 31) });
    busyUntil.set(injection.part, at + lasts + rest);
    at += between(random, pace);
  }
  return steps;
}

function weighted<Setting extends Scene>(
  random: () => number,
  injections: readonly Injection<Setting>[],
): Injection<Setting> | null {
  const total = injections.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let left = random() * total;
  for (const injection of injections) {
    left -= injection.weight ?? 1;
    if (left < 0) return injection;
  }
  return injections.at(-1) ?? null;
}
