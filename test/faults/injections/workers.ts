import type { Slot } from '../scene/slot.ts';
import { type Heal, type Injection, pick, type Stage } from './injection.ts';

/** Orchestrators kill what does not end within this. */
const graceMs = 10_000;

/** Power is cut. */
export const workerKilled: Injection = {
  name: 'a worker is killed with kill -9',
  part: 'worker',
  seconds: [0.2, 3],
  weight: 4,
  begin: async (stage) => await killed(workerOf(stage)),
};

/** Nothing moves in it, for longer than its locks last or not. */
export const workerFrozen: Injection = {
  name: 'a worker freezes',
  part: 'worker',
  seconds: [1, 9],
  weight: 2,
  async begin(stage) {
    const slot = workerOf(stage);
    slot.freeze();
    return async () => slot.thaw();
  },
};

export const workerTerminated: Injection = {
  name: 'a worker is told to end by SIGTERM',
  part: 'worker',
  seconds: [0.2, 2],
  weight: 2,
  async begin(stage) {
    const slot = workerOf(stage);
    const { tookMs } = await slot.terminate();
    if (tookMs > 2 * graceMs) throw new Error(`${slot.name} took ${Math.round(tookMs)} ms to end`);
    return () => slot.start();
  },
};

export const servingKilled: Injection = {
  name: 'the query service is killed with kill -9',
  part: 'serving',
  seconds: [0.2, 1],
  begin: async ({ scene }) => await killed(scene.serving),
};

function workerOf({ scene, random }: Stage): Slot {
  return pick(random, scene.workers);
}

async function killed(slot: Slot): Promise<Heal> {
  await slot.kill();
  return () => slot.start();
}
