import { Worker } from 'node:worker_threads';
import { AppError, type Logger } from '@winnow/core';
import type { FromWorker, InferenceRequest, InferenceResult, InferenceSetup, ToWorker } from './protocol.ts';
import { tellNobody } from './tell-nobody.ts';

/** A model in a thread of its own. */
export interface InferenceClient {
  /**
   * @throws AppError `failed_precondition` if the model cannot be loaded, `unavailable` if its thread died
   * (the next call starts another), `canceled` or `deadline_exceeded` by the signal, `internal` otherwise.
   */
  call<Kind extends InferenceRequest['kind']>(
    request: InferenceRequest & { kind: Kind },
    signal: AbortSignal,
  ): Promise<Extract<InferenceResult, { kind: Kind }>>;
  /** Ends the thread; calls that are under way end as `canceled`, and later ones are refused. */
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (result: InferenceResult) => void;
  readonly reject: (error: AppError) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  readonly exited: Promise<void>;
}

const workerEntry = new URL('./inference-worker.ts', import.meta.url);

/**
 * Starts a thread at the first call. The thread does not keep the process alive while nothing is asked.
 * @param entry the thread's module; tests give another.
 */
export function createInferenceClient(
  setup: InferenceSetup,
  log: Logger,
  entry: URL = workerEntry,
): InferenceClient {
  let thread: Thread | null = null;
  let closed = false;
  let lastId = 0;

  const start = (): Thread => {
    const started = startThread(setup, entry, log, (ended) => {
      if (thread === ended) thread = null;
    });
    thread = started;
    return started;
  };

  return {
    async call(request, signal) {
      if (closed) throw new AppError('failed_precondition', `${setup.row.name} is closed`);
      if (signal.aborted) throw AppError.from(signal.reason);
      const { worker, pending } = thread ?? start();
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<InferenceResult>();
      const abort = () => {
        post(worker, { type: 'cancel', id });
        reject(AppError.from(signal.reason));
      };
      signal.addEventListener('abort', abort, { once: true });
      pending.set(id, { resolve, reject });
      worker.ref();
      post(worker, { type: 'request', id, request });
      try {
        return expectKind(await promise, request.kind);
      } finally {
        signal.removeEventListener('abort', abort);
        pending.delete(id);
        if (pending.size === 0 && !closed) worker.unref();
      }
    },
    async close() {
      closed = true;
      if (thread === null) return;
      const { worker, pending, exited } = thread;
      for (const [id, call] of pending) {
        post(worker, { type: 'cancel', id });
        call.reject(new AppError('canceled', `${setup.row.name} was closed`));
      }
      worker.ref();
      post(worker, { type: 'close' });
      await exited;
    },
  };
}

function startThread(
  setup: InferenceSetup,
  entry: URL,
  log: Logger,
  onEnd: (thread: Thread) => void,
): Thread {
  tellNobody();
  const worker = new Worker(entry, { workerData: setup, name: `winnow-${setup.row.name}` });
  const { promise: exited, resolve } = Promise.withResolvers<void>();
  const thread: Thread = { worker, pending: new Map(), exited };
  const failAll = (error: AppError) => {
    onEnd(thread);
    for (const call of thread.pending.values()) call.reject(error);
  };
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'result') thread.pending.get(message.id)?.resolve(message.result);
    if (message.type !== 'failure') return;
    const error = new AppError(message.code, message.message, { context: { model: setup.row.name } });
    if (message.id !== null) return thread.pending.get(message.id)?.reject(error);
    failAll(error);
    post(worker, { type: 'close' });
  });
  worker.on('error', (error) => {
    log.error({ event: 'inference-thread-failed', model: setup.row.name, error });
    failAll(threadDied(setup, error));
  });
  worker.on('exit', (exitCode) => {
    failAll(threadDied(setup, new Error(`exit code ${exitCode}`)));
    resolve();
  });
  return thread;
}

function threadDied(setup: InferenceSetup, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('unavailable', `the thread that runs ${setup.row.name} ended: ${reason}`, {
    cause,
    context: { model: setup.row.name },
  });
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

/** @throws AppError `internal` if the result is of another kind than was asked for. */
export function expectKind<Kind extends InferenceResult['kind']>(
  result: InferenceResult,
  kind: Kind,
): Extract<InferenceResult, { kind: Kind }> {
  if (isKind(result, kind)) return result;
  throw new AppError('internal', `asked to ${kind}, the thread answered with ${result.kind}`);
}

function isKind<Kind extends InferenceResult['kind']>(
  result: InferenceResult,
  kind: Kind,
): result is Extract<InferenceResult, { kind: Kind }> {
  return result.kind === kind;
}
