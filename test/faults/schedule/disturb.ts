import { setTimeout as wait } from 'node:timers/promises';
import { randomOf } from '@winnow/testkit';
import type { History } from '../check/history.ts';
import type { Heal } from '../injections/injection.ts';
import type { Scene } from '../scene/scene.ts';
import type { FolderWorld } from '../world/folder-world.ts';
import type { Step } from './plan-schedule.ts';

/** When something was in trouble, in milliseconds of the history's clock. */
export interface Trouble {
  readonly name: string;
  readonly begunAt: number;
  readonly healedAt: number;
}

/**
 * Carries out a schedule, each step at its time, and heals what it disturbs. A part that takes longer to heal than
 * planned keeps its next step waiting; what has not begun by the end of the schedule is left out.
 * @returns what happened, once everything is as before.
 */
export async function disturb<Setting extends Scene>(
  steps: readonly Step<Setting>[],
  { scene, world, history }: { scene: Setting; world: FolderWorld; history: History },
): Promise<readonly Trouble[]> {
  const startedAt = history.now();
  const endsAt = startedAt + Math.max(0, ...steps.map(({ at, lasts }) => at + lasts)) * 1_000;
  const troubles: Trouble[] = [];
  const byPart = new Map<string, Promise<void>>();
  for (const step of steps) {
    await wait(Math.max(0, startedAt + step.at * 1_000 - history.now()));
    const { part } = step.injection;
    byPart.set(
      part,
      (byPart.get(part) ?? Promise.resolve()).then(() =>
        history.now() < endsAt ? carryOut(step) : undefined,
      ),
    );
  }
  await Promise.all(byPart.values());
  return troubles;

  async function carryOut({ injection, lasts, seed }: Step<Setting>): Promise<void> {
    const { name } = injection;
    const begunAt = history.now();
    history.note('fault', name);
    try {
      const heal: Heal = await injection.begin({ scene, world, random: randomOf(seed) });
      await wait(lasts * 1_000);
      await heal();
      history.note('healed', name);
    } catch (thrown) {
      history.violate('I7', `${name}: ${thrown instanceof Error ? thrown.message : thrown}`);
    }
    troubles.push({ name, begunAt, healedAt: history.now() });
  }
}
