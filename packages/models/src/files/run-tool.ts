import { spawn } from 'node:child_process';
import { AppError } from '@winnow/core';

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs, and puts its files. */
  readonly folder: string;
  readonly timeoutMs: number;
}

const maxOutput = 64 * 1024;

/**
 * Runs a program of this machine, with its own settings, to fetch something.
 * @returns null when it ended well, or why it did not, in one line.
 * @throws AppError `canceled` or `deadline_exceeded` by the signal.
 */
export async function runTool(
  { command, args, folder, timeoutMs }: ToolRun,
  signal: AbortSignal,
): Promise<string | null> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const child = spawn(command, [...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, deadline]),
  });
  let output = '';
  const keep = (text: string) => {
    if (output.length < maxOutput) output += text;
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const { promise, resolve } = Promise.withResolvers<string | null>();
  child.on('error', (error) => resolve(startFailure(command, error)));
  child.on('close', (status) => resolve(status === 0 ? null : firstError(command, output, status)));
  const failure = await promise;
  if (signal.aborted) throw AppError.from(signal.reason);
  return deadline.aborted ? `no end after ${timeoutMs} ms` : failure;
}

function startFailure(command: string, error: Error): string {
  const missing = 'code' in error && error.code === 'ENOENT';
  return missing ? `${command} is not installed` : error.message;
}

/** Maven marks its errors `[ERROR]`, pip `ERROR:`. */
function firstError(command: string, output: string, status: number | null): string {
  const line = output.split('\n').find((candidate) => /\[ERROR\]|^ERROR:/.test(candidate)) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: programs colour their messages
  const text = line.replace(/\x1b\[[0-9;]*m/g, '').replace(/\[ERROR\] |^ERROR: /, '');
  return text.slice(0, 200) || `${command} ended with status ${status}`;
}
