import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { KeptServer } from './keeper.ts';
import type { ProcessSpec } from './keeper-protocol.ts';

/**
 * Runs a server as the leader of its own process group, so that a signal reaches its helpers too.
 *
 * @param onEnd told once, when the process is gone, with its exit code or signal.
 * @throws the system's error where the program cannot be started.
 */
export async function runProcess(spec: ProcessSpec, onEnd: (how: string) => void): Promise<KeptServer> {
  const log = openSync(spec.logFile, 'a');
  const child = spawn(spec.command, spec.args, {
    cwd: spec.directory,
    env: { ...spec.env },
    detached: true,
    stdio: ['ignore', log, log],
    ...spec.user,
  });
  closeSync(log);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${spec.command} has no process id`);
  child.once('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`));
  return {
    pid,
    host: '127.0.0.1',
    signal: async (name) => signalGroup(pid, name),
    destroy: async () => {
      if (!isGone(child)) {
        signalGroup(pid, 'SIGKILL');
        if (!isGone(child)) await once(child, 'exit');
      }
      await rm(spec.directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function isGone(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'ESRCH') throw error;
  }
}
