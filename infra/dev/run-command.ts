import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a program to its end.
 *
 * @returns what it printed.
 * @throws Error with the command, how it ended and the end of what it printed.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    const { stdout } = await run(command, [...args], { ...options, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const output = error as { code?: unknown; stdout?: string; stderr?: string };
    if (output.code === 'ENOENT')
      throw new Error(`there is no program '${command}' on the PATH`, { cause: error });
    const tail = `${output.stdout ?? ''}${output.stderr ?? ''}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(`'${[command, ...args].join(' ')}' ended with ${output.code}:\n${tail}`, {
      cause: error,
    });
  }
}

/** Whether a program of this name is on the PATH and answers `--version`. */
export async function isOnPath(command: string): Promise<boolean> {
  return run(command, ['--version']).then(
    () => true,
    () => false,
  );
}
