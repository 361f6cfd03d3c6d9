import { Worker } from 'node:worker_threads';
import { AppError, type Logger } from '@winnow/core';
import { errorOf } from './error-message.ts';
import type { FromReader, ReaderRequest, ReaderResult, ReaderSetup, ToReader } from './protocol.ts';

/** A thread that reads the index. */
export interface ReaderThread {
  /** Has loaded its code: what is asked is worked on at once. */
  readonly ready: boolean;
  /** Requests that it works on, without those that take a moment. */
  readonly busy: number;
  /** When the newest of them was given to it, by `performance.now()`. */
  readonly lastGivenAt: number;
  /** @throws AppError what the request came to; {@link ThreadEnded} if the thread died of it, or of another. */
  ask(request: ReaderRequest, signal: AbortSignal): Promise<ReaderResult>;
  tell(message: Extract<ToReader, { type: 'get-ready' | 'lend' | 'borrow' | 'follow' | 'drop' }>): void;
  close(): Promise<void>;
}

/** What a request ends with whose thread is no more. */
export class ThreadEnded extends Error {}

/**
 * Vectors that are read leave their memory when the young objects that hold them are looked through: with Node's 48 MB for these,
 * 1,000,000 vectors took some 80 MB more to read than with this.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

interface Pending {
  readonly isShort: boolean;
  readonly resolve: (result: ReaderResult) => void;
  readonly reject: (error: Error) => void;
}

export interface ReaderEvents {
  onReady(): void;
  /** Once, when it has died or was closed. */
  onEnd(thread: ReaderThread): void;
}

/** Whether a request is done at once by a thread, whatever else it works on. */
export function takesAMoment({ kind }: ReaderRequest): boolean {
  return kind === 'parts';
}

/** Starts a thread. It does not keep the process alive while nothing is asked. */
export function startReaderThread(
  setup: ReaderSetup,
  entry: URL,
  log: Logger,
  { onReady, onEnd }: ReaderEvents,
): ReaderThread {
  const worker = new Worker(entry, { workerData: setup, name: 'winnow-reader', resourceLimits });
  worker.unref();
  const pending = new Map<number, Pending>();
  const { promise: exited, resolve: exit } = Promise.withResolvers<void>();
  let lastId = 0;
  let lastGivenAt = 0;
  let ready = false;
  const post = (message: ToReader) => worker.postMessage(message, 'port' in message ? [message.port] : []);
  const end = (reason: string) => {
    onEnd(thread);
    for (const { reject } of pending.values()) reject(new ThreadEnded(reason));
    pending.clear();
  };

  const thread: ReaderThread = {
    get ready() {
      return ready;
    },
    get busy() {
      let busy = 0;
      for (const { isShort } of pending.values()) if (!isShort) busy += 1;
      return busy;
    },
    get lastGivenAt() {
      return lastGivenAt;
    },
    async ask(request, signal) {
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<ReaderResult>();
      // The place in the thread stays taken until it says that it has left off.
      const abort = () => post({ type: 'cancel', id });
      signal.addEventListener('abort', abort, { once: true });
      const isShort = takesAMoment(request);
      pending.set(id, { isShort, resolve, reject });
      if (!isShort) lastGivenAt = performance.now();
      worker.ref();
      post({ type: 'request', id, request });
      try {
        return await promise;
      } finally {
        signal.removeEventListener('abort', abort);
        pending.delete(id);
        if (pending.size === 0) worker.unref();
      }
    },
    tell: post,
    async close() {
      for (const { reject } of pending.values()) reject(new AppError('canceled', 'the index was closed'));
      worker.ref();
      if (ready) post({ type: 'close' });
      // It has opened nothing yet, and would load its code first.
      else void worker.terminate();
      await exited;
    },
  };

  worker.on('message', (message: FromReader) => {
    if (message.type === 'ready') {
      ready = true;
      return onReady();
    }
    const call = pending.get(message.id);
    if (message.type === 'result') call?.resolve(message.result);
    else call?.reject(errorOf(message.error));
  });
  worker.on('error', (error) => {
    log.error({ event: 'reader-thread-failed', path: setup.path, error });
    end(error instanceof Error ? error.message : String(error));
  });
  worker.on('exit', (exitCode) => {
    end(`exit code ${exitCode}`);
    exit();
  });
  return thread;
}
