import { type ChildProcess, fork } from 'node:child_process';
import { standBackIn } from '@winnow/core';
import {
  idsIn,
  otherVersionExit,
  outOfMemory,
  type PrepareAnswer,
  type PrepareTask,
  prepareVersion,
  progressDescriptor,
} from './prepare-task.ts';

/** Why a process is no more. */
export type Ending = 'memory' | 'crash' | 'killed' | 'other-version';

export interface PrepareProcess {
  /** One batch at a time. */
  send(tasks: readonly PrepareTask[]): void;
  /** Keeps this process alive while it waits for answers. */
  hold(isHeld: boolean): void;
  kill(): void;
  /** Settles when it has ended, however it did. */
  readonly ended: Promise<void>;
}

export interface ProcessLimits {
  /** The file that it runs. */
  readonly body: URL;
  /** Of JavaScript's objects; a process that needs more ends itself. */
  readonly maxHeapMb: number;
  /** Of all that it holds, buffers of unpacked archives among it. */
  readonly maxResidentMb: number;
  /** That it has to be of; {@link prepareVersion} unless told. */
  readonly version?: number;
}

export interface ProcessEvents {
  /** It has begun the document with this id. */
  onBegun(id: number): void;
  onAnswers(answers: readonly PrepareAnswer[]): void;
  onEnd(ending: Ending): void;
}

/**
 * Starts a process that parses documents: without this one's environment, which has keys, and without the right to
 * write files, to start processes or to load native code.
 */
export function startPrepareProcess(limits: ProcessLimits, events: ProcessEvents): PrepareProcess {
  const child = fork(limits.body, [`${limits.maxResidentMb}`, `${limits.version ?? prepareVersion}`], {
    serialization: 'advanced',
    env: {},
    execArgv: [
      `--max-old-space-size=${limits.maxHeapMb}`,
      '--permission',
      '--allow-fs-read=*',
      '--allow-worker',
      '--no-warnings',
    ],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
  });
  // At once: the threads that it starts are as its first one.
  if (child.pid !== undefined) standBackIn(child.pid);
  const progress = child.stdio[progressDescriptor];
  let isOutOfMemory = false;
  progress?.on('data', (bytes: Buffer) => {
    for (const id of idsIn(bytes)) {
      if (id === outOfMemory) isOutOfMemory = true;
      else events.onBegun(id);
    }
  });
  child.on('message', (answers: readonly PrepareAnswer[]) => events.onAnswers(answers));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  // After all that it has written was read.
  child.once('close', (code, signal) => {
    events.onEnd(isOutOfMemory ? 'memory' : endingOf(code, signal));
    resolve();
  });
  child.on('error', () => resolve());
  return {
    send: (tasks) => void child.send([...tasks]),
    hold: (isHeld) => hold(child, isHeld),
    kill() {
      // Who waits for its end must not end before it.
      hold(child, true);
      child.kill('SIGKILL');
    },
    ended,
  };
}

/** V8 aborts when its heap is full; a kill comes from outside, as when the machine is out of memory. */
function endingOf(code: number | null, signal: NodeJS.Signals | null): Ending {
  if (code === otherVersionExit) return 'other-version';
  if (signal === 'SIGABRT' || signal === 'SIGTRAP') return 'memory';
  return signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT' ? 'killed' : 'crash';
}

function hold(child: ChildProcess, isHeld: boolean): void {
  const verb = isHeld ? 'ref' : 'unref';
  child[verb]();
  child.channel?.[verb]();
  const progress = child.stdio[progressDescriptor];
  // A socket, as all pipes of a child are.
  if (progress !== null && progress !== undefined && verb in progress) {
    (progress as unknown as { ref(): void; unref(): void })[verb]();
  }
}
