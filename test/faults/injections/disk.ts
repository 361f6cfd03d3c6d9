import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedInjection } from './injection.ts';

/** For scenes with a disk of their own. */
export const diskFull: EmbeddedInjection = {
  name: 'the disk of the data folder is full',
  part: 'disk',
  seconds: [1, 6],
  async begin({ scene: { disk } }) {
    return disk === null ? async () => {} : await fillDisk(disk.path);
  },
};

const pieceBytes = 64 * 1024;

/** @returns gives the room back. */
async function fillDisk(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'filler');
  const file = await open(path, 'w');
  try {
    for (let bytes = pieceBytes; bytes > 0; ) {
      if (!(await isWritten(file, bytes))) bytes = Math.floor(bytes / 2);
    }
  } finally {
    await file.close();
  }
  return () => rm(path, { force: true });
}

async function isWritten(file: FileHandle, bytes: number): Promise<boolean> {
  try {
    return (await file.write(Buffer.alloc(bytes))).bytesWritten === bytes;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw thrown;
  }
}
