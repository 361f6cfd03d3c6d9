import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheOf } from '../../harness/processes.ts';

export type Environment = Readonly<Record<string, string>>;

/** A line of a program's log. */
export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A program of the repository, as a process of its own. */
export interface Program {
  readonly pid: number;
  readonly isAlive: boolean;
  /** The last lines that it has logged, or said to standard error otherwise. */
  readonly log: readonly LogLine[];
  /** The first line on standard output. */
  readonly greeting: Promise<string>;
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  signal(name: NodeJS.Signals): void;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves with the first line from now on of which this holds; rejects when the program ends before. */
  logs(holds: (line: LogLine) => boolean): Promise<LogLine>;
}

const repository = join(import.meta.dirname, '../../..');
const keptLines = 1_000;
const running = new Set<ChildProcess>();

// Nothing is left running, however this process ends.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a program as a user to whom files can be closed: to the super-user nothing is unreadable, so of that one's
 * rights this one is taken away.
 */
export function startProgram(script: string, words: readonly string[], environment: Environment): Program {
  const command = [...withoutRights(), process.execPath, join(repository, script), ...words];
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...cacheOf(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const log: LogLine[] = [];
  const greeting = firstLine(child, ended, log);
  // Those who do not ask are not to hear of it.
  greeting.catch(() => {});
  const lines = new EventEmitter<{ line: [LogLine] }>();
  lines.setMaxListeners(0);
  createInterface({ input: child.stderr }).on('line', (text) => {
    const line = parsed(text);
    log.push(line);
    if (log.length > keptLines) log.shift();
    lines.emit('line', line);
  });
  return {
    pid: child.pid ?? 0,
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    log,
    greeting,
    ended,
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    logs: (holds) =>
      new Promise((resolve, reject) => {
        const look = (line: LogLine) => {
          if (!holds(line)) return;
          lines.off('line', look);
          resolve(line);
        };
        lines.on('line', look);
        void ended.then(() => {
          lines.off('line', look);
          reject(new Error(`${words.join(' ') || script} ended before it logged that:\n${tailOf(log)}`));
        });
      }),
  };
}

/** The last lines of a log, for a message. */
export function tailOf(log: readonly LogLine[], count = 15): string {
  return log
    .slice(-count)
    .map((line) => JSON.stringify(line))
    .join('\n');
}

async function firstLine(
  child: ChildProcess,
  ended: Program['ended'],
  log: readonly LogLine[],
): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('it has no standard output');
  const lines = createInterface({ input: stdout });
  return await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    ended.then(({ code, signal }) => {
      throw new Error(`it ended with ${signal ?? code} before it said a word:\n${tailOf(log)}`);
    }),
  ]);
}

function parsed(text: string): LogLine {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && 'event' in line) return line as LogLine;
  } catch {
    // Not a line of the log.
  }
  return { event: 'said', text };
}

let prefix: readonly string[] | null = null;

function withoutRights(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const command = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];
  prefix ??= spawnSync(command[0] ?? '', [...command.slice(1), 'true']).status === 0 ? command : [];
  return prefix;
}
