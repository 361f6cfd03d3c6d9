import type { EmbeddedScene } from '../scene/embedded-scene.ts';
import type { FullScene } from '../scene/full-scene.ts';
import type { Scene } from '../scene/scene.ts';
import type { FolderWorld } from '../world/folder-world.ts';

/** What an injection has to do with. */
export interface Stage<Setting extends Scene = Scene> {
  readonly scene: Setting;
  readonly world: FolderWorld;
  /** In [0, 1); the same for the same place in a schedule. */
  readonly random: () => number;
}

/** Ends a disturbance; resolves when things are as before. */
export type Heal = () => Promise<void>;

/** Something that goes wrong, and can be put right again. */
export interface Injection<Setting extends Scene = Scene> {
  /** In words, and the same for all of its kind. */
  readonly name: string;
  /** What is in trouble: of each only one thing at a time. */
  readonly part: 'worker' | 'serving' | 'queue' | 'index' | 'model' | 'source' | 'disk';
  /** It lasts between so many seconds and so many. */
  readonly seconds: readonly [number, number];
  /** How often it comes up, against others; 1 if not given. */
  readonly weight?: number;
  begin(stage: Stage<Setting>): Promise<Heal>;
}

export type EmbeddedInjection = Injection<EmbeddedScene>;
export type FullInjection = Injection<FullScene>;

/** One of a list, each with the same chance. */
export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to pick from');
  return item;
}

export function between(random: () => number, [least, most]: readonly [number, number]): number {
  return least + random() * (most - least);
}
