import { setTimeout as wait } from 'node:timers/promises';
import { type Environment, type Program, startProgram, tailOf } from './program.ts';

/** A place for a program that is started anew, as an orchestrator does it. */
export interface Slot {
  readonly name: string;
  /** The one that runs, or the last one that did. */
  readonly program: Program;
  /** Everything that was started here, oldest first. */
  readonly programs: readonly Program[];
  /** False from the moment somebody means it to end until it runs again. */
  readonly isUp: boolean;
  /** Where it listens; the one that runs now, or ran last. */
  readonly address: string;
  /** Tries until it runs: while its servers are away, a program ends, and says so by its exit code. */
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it is gone. */
  terminate(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
  /** Frozen with all its threads until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface SlotOptions {
  readonly name: string;
  readonly script: string;
  readonly words?: readonly string[];
  readonly environment: Environment;
  /** Waits for the program to be at work. */
  readonly ready: 'greeting' | 'log';
  /** Told of an end that nobody asked for. */
  readonly onCrash: (message: string) => void;
}

const pauseMs = 500;
/** A server or a disk does not play along: another try may do better. */
const exitCodeOfServer = 3;

export function createSlot(options: SlotOptions): Slot {
  const { name, script, words = [], environment, ready, onCrash } = options;
  const programs: Program[] = [];
  let isUp = false;
  let isWanted = false;
  let address = '';

  function current(): Program {
    const program = programs.at(-1);
    if (program === undefined) throw new Error(`${name} was never started`);
    return program;
  }

  function end(): Program {
    isUp = false;
    isWanted = false;
    return current();
  }

  async function attempt(): Promise<boolean> {
    const begun = startProgram(script, words, environment);
    programs.push(begun);
    const failed = begun.ended.then(() => false);
    const greeting = begun.greeting.then((line) => {
      address = line;
      return true;
    });
    const started = begun.logs(({ event }) => event === 'service-started').then(() => true);
    greeting.catch(() => {});
    started.catch(() => {});
    if (await Promise.race([ready === 'greeting' ? greeting : started, failed])) return true;
    const { code, signal } = await begun.ended;
    if (isWanted && code !== exitCodeOfServer) {
      throw new Error(`${name} ended with ${signal ?? code} at its start:\n${tailOf(begun.log)}`);
    }
    return false;
  }

  return {
    name,
    programs,
    get program() {
      return current();
    },
    get isUp() {
      return isUp;
    },
    get address() {
      return address;
    },
    async start() {
      if (isWanted) return;
      isWanted = true;
      while (isWanted && !(await attempt())) await wait(pauseMs);
      if (!isWanted) return;
      isUp = true;
      const begun = current();
      void begun.ended.then(({ code, signal }) => {
        if (!isUp || current() !== begun) return;
        isUp = false;
        onCrash(`${name} ended with ${signal ?? code}, and nobody had asked it to:\n${tailOf(begun.log)}`);
      });
    },
    async kill() {
      await end().kill();
    },
    async terminate() {
      const ending = end();
      const startedAt = performance.now();
      ending.signal('SIGTERM');
      const { code } = await ending.ended;
      return { code, tookMs: performance.now() - startedAt };
    },
    freeze: () => current().signal('SIGSTOP'),
    thaw: () => current().signal('SIGCONT'),
  };
}
