import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Injection, pick } from './injection.ts';

export const sourceUnmounted: Injection = {
  name: 'the source folder is unmounted',
  part: 'source',
  seconds: [0.5, 6],
  async begin({ world }) {
    await world.unmount();
    return () => world.mount();
  },
};

export const folderUnreadable: Injection = {
  name: 'a folder of the source cannot be read',
  part: 'source',
  seconds: [1, 6],
  async begin({ world, random }) {
    const folder = pick(random, world.folders);
    const path = join(world.source, folder);
    const release = world.avoid(folder);
    await chmod(path, 0o000);
    return async () => {
      await chmod(path, 0o755);
      release();
    };
  },
};

export const fileRewritten: Injection = {
  name: 'a file is written over in place',
  part: 'source',
  seconds: [0.1, 0.2],
  weight: 2,
  async begin({ world, random }) {
    await world.rewriteInPlace(async () => {
      await wait(random() * 2_000);
    });
    return async () => {};
  },
};
