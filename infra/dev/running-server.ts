import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { KeeperEvent, KeeperRequest, ServerSignal, ServerSpec } from './keeper-protocol.ts';

/** A server of one's own, for tests that stop, freeze or kill it. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Process id of the group's leader (of the container's first process, where it runs in one). */
  readonly pid: number;
  /** Sends a signal to the server and its helpers. SIGKILL and SIGTERM return before it has ended. */
  signal(name: ServerSignal): Promise<void>;
  /** Kills the server, waits until it is gone, and starts it on the same port with the same data. */
  restart(): Promise<void>;
  /** Kills the server and waits until it is gone; `restart` brings it back with the same data. */
  kill(): Promise<void>;
  /** Ends the server and removes its data. Also done when the calling process ends in any way. */
  stop(): Promise<void>;
}

interface LaunchOptions {
  readonly port: number;
  urlOf(host: string): string;
  /** Resolves once the server at the address answers; rejects when the signal fires. */
  waitUntilReady(url: string, signal: AbortSignal): Promise<void>;
  readonly readyTimeoutMs: number;
  /** The last lines of the server's log, for the error message. */
  tail(): Promise<string>;
}

/**
 * Starts a server under a keeper of its own and waits until it answers.
 *
 * @throws Error with the end of the server's log, where it ends or does not answer in `readyTimeoutMs`.
 */
export async function launchServer(spec: ServerSpec, options: LaunchOptions): Promise<RunningServer> {
  const keeper = createKeeper();
  let alive = { pid: 0, url: '', ended: Promise.resolve('not started') };
  const start = async () => {
    const ended = keeper.ended();
    const { pid, host } = await keeper.start(spec);
    alive = { pid, url: options.urlOf(host), ended };
    await untilReady(alive.url, ended, options);
  };
  const kill = async () => {
    await keeper.signal('SIGKILL');
    await alive.ended;
  };
  try {
    await start();
  } catch (error) {
    const tail = await options.tail().catch(() => '');
    await keeper.close();
    throw new Error(`${error instanceof Error ? error.message : error}${tail && `\n${tail}`}`, {
      cause: error,
    });
  }
  return {
    get url() {
      return alive.url;
    },
    port: options.port,
    get pid() {
      return alive.pid;
    },
    signal: keeper.signal,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    stop: keeper.close,
  };
}

async function untilReady(url: string, ended: Promise<string>, options: LaunchOptions): Promise<void> {
  const waiting = new AbortController();
  const deadline = AbortSignal.timeout(options.readyTimeoutMs);
  const signal = AbortSignal.any([waiting.signal, deadline]);
  try {
    const how = await Promise.race([options.waitUntilReady(url, signal), ended]);
    if (typeof how === 'string') throw new Error(`the server ended while starting: ${how}`);
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new Error(`no answer from ${url} within ${options.readyTimeoutMs / 1000} s`, { cause: error });
  } finally {
    waiting.abort();
  }
}

function createKeeper() {
  const child = fork(join(import.meta.dirname, 'keeper.ts'), [], {
    detached: true,
    execArgv: [],
    env: withoutNodeOptions(process.env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const events = new EventEmitter<{
    [Kind in KeeperEvent['kind']]: [Extract<KeeperEvent, { kind: Kind }>];
  }>();
  child.on('message', (event: KeeperEvent) => {
    // One emit per kind keeps each listener's argument typed.
    if (event.kind === 'started') events.emit('started', event);
    else if (event.kind === 'ended') events.emit('ended', event);
    else if (event.kind === 'signaled') events.emit('signaled', event);
    else events.emit('failed', event);
  });
  child.once('exit', () => events.emit('failed', { kind: 'failed', message: 'the keeper process ended' }));
  unreference(child);

  /** Keeps the caller's event loop alive for as long as an answer is awaited. */
  const ask = async <T>(request: KeeperRequest, answer: Promise<T>): Promise<T> => {
    child.channel?.ref();
    const answered = new AbortController();
    const refused = once(events, 'failed', { signal: answered.signal }).then(([event]) => {
      throw new Error(event.message);
    });
    try {
      child.send(request);
      return await Promise.race([answer, refused]);
    } finally {
      refused.catch(() => {});
      answered.abort();
      child.channel?.unref();
    }
  };
  return {
    start: async (spec: ServerSpec) => {
      const [event] = await ask({ kind: 'start', spec }, once(events, 'started'));
      return { pid: event.pid, host: event.host };
    },
    signal: async (name: ServerSignal) => {
      await ask({ kind: 'signal', signal: name }, once(events, 'signaled'));
    },
    /** Resolves with how the server started next has ended. */
    ended: async () => {
      const [event] = await once(events, 'ended');
      return event.how;
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const gone = once(child, 'exit');
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

function unreference(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function withoutNodeOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = env;
  return rest;
}
