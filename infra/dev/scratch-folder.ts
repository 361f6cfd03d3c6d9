import { chmod, mkdir, mkdtemp, readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
/** Of memory that is free: what tests leave lying at one time is below 2 GB. */
const leastFreeBytes = 8 * 1024 ** 3;

/**
 * Makes the folder in which a run of the tests leaves what it writes: in memory where there is plenty of it, else among
 * the temporary files. Tests kill processes and never the machine, so that what they show does not hang on a disk, and
 * each of the thousands of commits and of the hundreds of indexes waits for one several times.
 */
export async function makeScratchFolder(): Promise<string> {
  const folder = await mkdtemp(join((await isRoomInMemory()) ? memory : tmpdir(), 'winnow-test-'));
  // Servers run as another user, who has to get to folders of their own in it.
  await chmod(folder, 0o711);
  await mkdir(join(folder, 'tmp'));
  await chmod(join(folder, 'tmp'), 0o1777);
  return folder;
}

async function isRoomInMemory(): Promise<boolean> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const options = mountedAs(mounts, memory);
  // Programs and libraries are installed and run there.
  if (options === null || options.includes('noexec')) return false;
  const { bavail, bsize } = await statfs(memory);
  return bavail * bsize >= leastFreeBytes && (await availableBytes()) >= leastFreeBytes;
}

/** @returns the options of a file system in memory that is mounted there; null where there is none. */
export function mountedAs(mounts: string, path: string): readonly string[] | null {
  const fields = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .findLast(([, place]) => place === path);
  return fields?.[2] === 'tmpfs' ? (fields[3] ?? '').split(',') : null;
}

/** As the kernel counts it: with what it would give up of its caches. */
async function availableBytes(): Promise<number> {
  const info = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(info)?.[1] ?? 0) * 1024;
}
