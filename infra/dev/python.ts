import { runCommand } from './run-command.ts';

/** A Python that can install packages. */
export interface Python {
  readonly command: string;
  /** Major and minor: `3.12`. */
  readonly version: string;
}

const commands = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const oldestMinor = 10;

/**
 * Finds a Python ≥ 3.10 with pip on the PATH.
 * @throws Error that says what to install.
 */
export async function findPython(): Promise<Python> {
  for (const command of commands) {
    const version = await versionOf(command);
    if (version !== null && isNewEnough(version)) return { command, version };
  }
  throw new Error(`no Python ≥ 3.${oldestMinor} with pip on the PATH: install python3 and python3-pip`);
}

/** @param version major and minor. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 3 && minor >= oldestMinor;
}

/** Null where there is no such program, or none that has pip. */
async function versionOf(command: string): Promise<string | null> {
  const program = "import sys, pip; print('%d.%d' % sys.version_info[:2])";
  const printed = await runCommand(command, ['-c', program]).catch(() => '');
  return /^\d+\.\d+/.exec(printed)?.[0] ?? null;
}
