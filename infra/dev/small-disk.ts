import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** A file system of a fixed size. */
export interface SmallDisk {
  readonly path: string;
  /** Takes it away with everything on it. */
  unmount(): Promise<void>;
}

/** @returns why there is none, on a machine where this user may not mount one. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | { readonly missing: string }> {
  const path = await mkdtemp(join(tmpdir(), 'winnow-disk-'));
  try {
    await runCommand('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  } catch {
    await rmdir(path);
    return { missing: 'a disk of a fixed size cannot be mounted by this user' };
  }
  return {
    path,
    async unmount() {
      await runCommand('umount', ['--lazy', path]);
      await rmdir(path);
    },
  };
}
