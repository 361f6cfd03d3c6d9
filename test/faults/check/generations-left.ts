import { setTimeout as wait } from 'node:timers/promises';
import type { Scene } from '../scene/scene.ts';

/** What is given up may be made an end of by a look that comes once a minute. */
const withinMs = 90_000;

/**
 * Holds what is kept of generations against the ones that the corpus has: nothing is left of any other.
 * @returns the difference, in words; null where there is none, which is waited for.
 */
export async function generationsLeft(
  { observer, places }: Pick<Scene, 'observer' | 'places'>,
  corpus: string,
): Promise<string | null> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const { generations } = await observer.generations.list(corpus);
    const wanted = generations.map(({ generation }) => `g${generation}`).sort();
    const kept = (await places()).map((place) => place.replace(/^.*\.(g\d+)$/, '$1')).sort();
    if (JSON.stringify(kept) === JSON.stringify(wanted)) return null;
    if (performance.now() > endMs) return `generations ${wanted} are there, and something of ${kept}`;
    await wait(500);
  }
}
