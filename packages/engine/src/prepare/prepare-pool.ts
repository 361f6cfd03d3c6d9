import { Worker } from 'node:worker_threads';
import { AppError, type Chunking, type RawDocument } from '@winnow/core';
import type { PrepareResult } from '@winnow/ingestion';
import type { PrepareTask, TokenizerPath } from './prepare-thread.ts';

/** A document that takes longer to parse and split is given up: its thread is ended and replaced. */
const documentTimeoutMs = 120_000;
/** A thread that needs more is ended by the runtime, and its document is given up. */
const maxHeapMb = 2_048;

export interface PreparePool {
  prepare(
    raw: RawDocument,
    options: { readonly chunking: Chunking; readonly maxTokens: number; readonly tokenizer: TokenizerPath },
    signal: AbortSignal,
  ): Promise<PrepareResult>;
  close(): Promise<void>;
}

interface Waiting {
  readonly task: PrepareTask;
  readonly resolve: (result: PrepareResult) => void;
  readonly reject: (error: AppError) => void;
  readonly signal: AbortSignal;
}

interface Thread {
  readonly worker: Worker;
  current: Waiting | null;
  timer: NodeJS.Timeout | null;
}

/**
 * Parses and splits documents in threads with bounded memory and time, so that a document which loops or
 * explodes costs itself alone and the main thread keeps its queue locks.
 * @param size threads at most; each starts when it is first needed.
 */
export function createPreparePool(size: number): PreparePool {
  const waiting: Waiting[] = [];
  const threads = new Set<Thread>();
  let lastId = 0;
  let closed = false;

  function dispatch(): void {
    while (waiting.length > 0) {
      const thread = [...threads].find((candidate) => candidate.current === null) ?? startThread();
      if (thread === null) return;
      const next = waiting.shift();
      if (next === undefined) return;
      if (next.signal.aborted) next.reject(AppError.from(next.signal.reason));
      else run(thread, next);
    }
  }

  function run(thread: Thread, next: Waiting): void {
    thread.current = next;
    thread.worker.ref();
    thread.timer = setTimeout(() => {
      const message = `parsing took longer than ${documentTimeoutMs / 1_000} s`;
      finish(thread, { ok: false, reason: { code: 'gave_up', message } });
      discard(thread);
    }, documentTimeoutMs);
    thread.worker.postMessage(next.task);
  }

  function startThread(): Thread | null {
    if (threads.size >= size || closed) return null;
    const worker = new Worker(new URL('./prepare-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    worker.unref();
    const thread: Thread = { worker, current: null, timer: null };
    worker.on('message', ({ result }: { result: PrepareResult }) => {
      finish(thread, result);
      worker.unref();
      dispatch();
    });
    worker.on('error', (error) => {
      finish(thread, failureOf(error));
      discard(thread);
    });
    threads.add(thread);
    return thread;
  }

  function finish(thread: Thread, result: PrepareResult): void {
    if (thread.timer !== null) clearTimeout(thread.timer);
    thread.current?.resolve(result);
    thread.current = null;
    thread.timer = null;
  }

  function discard(thread: Thread): void {
    threads.delete(thread);
    void thread.worker.terminate();
    dispatch();
  }

  return {
    prepare(raw, options, signal) {
      if (closed) return Promise.reject(new AppError('canceled', 'the parser is closed'));
      const { promise, resolve, reject } = Promise.withResolvers<PrepareResult>();
      lastId += 1;
      waiting.push({ task: { id: lastId, raw, ...options }, resolve, reject, signal });
      dispatch();
      return promise;
    },
    async close() {
      closed = true;
      const error = new AppError('canceled', 'the parser is closed');
      for (const one of waiting.splice(0)) one.reject(error);
      for (const thread of threads) {
        if (thread.timer !== null) clearTimeout(thread.timer);
        thread.current?.reject(error);
        thread.current = null;
      }
      await Promise.all([...threads].map((thread) => thread.worker.terminate()));
      threads.clear();
    },
  };
}

function failureOf(error: unknown): PrepareResult {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { ok: false, reason: { code: 'too_large', message: `parsing needed more than ${maxHeapMb} MB` } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, reason: { code: 'malformed', message: `the parser failed: ${message.slice(0, 200)}` } };
}
