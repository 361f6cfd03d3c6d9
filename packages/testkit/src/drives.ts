import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';

/** Whether this process may mount drives: root of a container often may not. */
export const mayMount = existsSync('/dev/fuse') && hasSystemRights();

/**
 * Mounts a drive that does not answer on a folder: every call about it fails with ENOTCONN.
 * @returns takes it away again.
 */
export function mountDeadDrive(folder: string): () => void {
  const device = openSync('/dev/fuse', 'r+');
  try {
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
    run('mount', ['-t', 'fuse', '-o', options, 'winnow-test', folder], device);
  } finally {
    closeSync(device);
  }
  return () => run('umount', [folder]);
}

/** Mounts an empty drive on a folder. @param size that it has at most, such as `4m`. @returns takes it away again. */
export function mountDrive(folder: string, size = '64m'): () => void {
  run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'winnow-test', folder]);
  return () => run('umount', [folder]);
}

function hasSystemRights(): boolean {
  const [, capabilities] = /^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const systemAdministration = 1n << 21n;
  return capabilities !== undefined && (BigInt(`0x${capabilities}`) & systemAdministration) !== 0n;
}

function run(command: string, args: readonly string[], descriptor?: number): void {
  const stdio = ['ignore', 'ignore', 'pipe', descriptor ?? 'ignore'] as const;
  const { status, stderr } = spawnSync(command, args, { stdio: [...stdio] });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}
