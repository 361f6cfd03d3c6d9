import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

const repository = join(import.meta.dirname, '..', '..');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

export interface StartOptions {
  /**
   * As a user to whom files can be closed: to the super-user nothing is unreadable, so of that one's rights this one
   * is taken away.
   */
  readonly canBeRefused?: boolean;
  /** The folder it runs in; that of the tests by default. */
  readonly cwd?: string;
}

/** Runs the command line as a process of its own, as a user does. */
export async function winnow(
  words: readonly string[],
  environment: Environment,
  options: StartOptions = {},
): Promise<Finished> {
  const child = start('services/cli/src/main.ts', words, environment, options);
  return await finished(child);
}

/** Runs the command line in a terminal, with something typed into it; both outputs come as one. */
export async function winnowInTerminal(
  words: readonly string[],
  environment: Environment,
  typed: string,
): Promise<Pick<Finished, 'code' | 'stdout'>> {
  const command = [process.execPath, join(repository, 'services/cli/src/main.ts'), ...words];
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], {
    env: environmentOf(environment),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write(typed);
  const [stdout, [code]] = await Promise.all([collect(child.stdout), once(child, 'close')]);
  return { code: typeof code === 'number' ? code : null, stdout };
}

/** What a program printed, and how it ended. */
export async function finished(child: ChildProcess): Promise<Finished> {
  const [stdout, stderr, [code]] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    once(child, 'close'),
  ]);
  return { code: typeof code === 'number' ? code : null, stdout, stderr };
}

/** Resolves when a program has said that on standard error. To be asked for before it can have said it. */
export async function untilSays(child: ChildProcess, words: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
  });
  await until(
    `it says ${words}`,
    async () => said,
    (text) => text.includes(words),
  );
}

/** The last line of standard output, parsed. Fails with what the command said if it did not end well. */
export async function winnowJson<Result>(
  words: readonly string[],
  environment: Environment,
): Promise<Result> {
  const ended = await winnow([...words, '--json'], environment);
  if (ended.code !== 0) throw new Error(`winnow ${words.join(' ')}: ${ended.code}\n${ended.stderr}`);
  return lastJson(ended);
}

/** The last line of standard output, parsed, however the command ended. */
export function lastJson<Result>({ stdout, stderr }: Finished): Result {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`no JSON, but: ${stdout}\n${stderr}`);
  return JSON.parse(line) as Result;
}

/** Starts a program, by its path in the repository or a whole one; it is killed at the end of the test if it still runs. */
export function start(
  script: string,
  words: readonly string[],
  environment: Environment,
  { canBeRefused = false, cwd }: StartOptions = {},
): ChildProcess {
  const command = [process.execPath, resolve(repository, script), ...words];
  const [program = '', ...rest] = canBeRefused && process.getuid?.() === 0 ? withoutRights(command) : command;
  const child = spawn(program, rest, {
    env: environmentOf(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

function environmentOf(environment: Environment): Environment {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...cacheOf(), ...environment };
}

function withoutRights(command: readonly string[]): readonly string[] {
  return ['setpriv', '--bounding-set=-dac_override,-dac_read_search', ...command];
}

/** Downloads, and what the command line is compiled to, are shared by all tests. */
export function cacheOf(): Environment {
  const shared = ['WINNOW_CACHE_DIR', 'WINNOW_MODELS_DIR', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(
    shared.flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  stream?.setEncoding('utf8');
  for await (const piece of stream ?? []) text += piece;
  return text;
}
