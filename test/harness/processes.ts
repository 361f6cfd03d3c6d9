import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const repository = join(import.meta.dirname, '..', '..');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** Runs the command line as a process of its own, as a user does. */
export async function winnow(words: readonly string[], environment: Environment): Promise<Finished> {
  const child = start('services/cli/src/main.ts', words, environment);
  const [stdout, stderr, [code]] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    once(child, 'close'),
  ]);
  return { code: typeof code === 'number' ? code : null, stdout, stderr };
}

/** The last line of standard output, parsed. Fails with what the command said if it did not end well. */
export async function winnowJson<Result>(
  words: readonly string[],
  environment: Environment,
): Promise<Result> {
  const finished = await winnow([...words, '--json'], environment);
  if (finished.code !== 0) throw new Error(`winnow ${words.join(' ')}: ${finished.code}\n${finished.stderr}`);
  return JSON.parse(finished.stdout.trimEnd().split('\n').at(-1) ?? '') as Result;
}

/** Starts a program of the repository; it is killed at the end of the test if it still runs. */
export function start(script: string, words: readonly string[], environment: Environment): ChildProcess {
  const child = spawn(process.execPath, [join(repository, script), ...words], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...cacheOf(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

/** Downloads are shared by all tests. */
export function cacheOf(): Environment {
  const { WINNOW_CACHE_DIR, WINNOW_MODELS_DIR } = process.env;
  return { ...(WINNOW_CACHE_DIR && { WINNOW_CACHE_DIR }), ...(WINNOW_MODELS_DIR && { WINNOW_MODELS_DIR }) };
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  stream?.setEncoding('utf8');
  for await (const piece of stream ?? []) text += piece;
  return text;
}
