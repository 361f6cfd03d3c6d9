import {
  AppError,
  type FailureReason,
  type OpenMail,
  type OpenMailResult,
  type RawDocument,
  updatedUnder,
} from '@winnow/core';
import type { PrepareResult } from '@winnow/ingestion';
import {
  type Ending,
  type PrepareProcess,
  type ProcessLimits,
  startPrepareProcess,
} from './child-process.ts';
import { unpacked } from './packed-document.ts';
import type { OpenMailWork, PrepareAnswer, PrepareTask, SplitWork, WorkResult } from './prepare-task.ts';

export interface PrepareLimits extends ProcessLimits {
  /** A document that takes longer to parse and split is given up: its process is ended and replaced. */
  readonly documentTimeoutMs: number;
}

/** A document of 32 MB, split and with its search terms, takes 2 GB. */
const defaultLimits: PrepareLimits = {
  body: new URL('./prepare-child.ts', import.meta.url),
  maxHeapMb: 2_048,
  maxResidentMb: 2_560,
  documentTimeoutMs: 120_000,
};
/** Documents and bytes that are sent together: one message each would cost a small document more than its parsing. */
const maxBatchDocuments = 64;
const maxBatchBytes = 512 * 1024;
/** For loading the readers, on a machine that has much else to do. */
const startTimeoutMs = 120_000;
/** Processes in a row that end before they begin a document, until it is said. */
const maxFailedStarts = 3;
/** Times that a document's process may be killed from outside before the document is suspected. */
const maxKills = 2;

export interface PreparePool {
  prepare(raw: RawDocument, options: Omit<SplitWork, 'kind'>, signal: AbortSignal): Promise<PrepareResult>;
  readonly openMail: OpenMail;
  close(): Promise<void>;
}

interface Waiting {
  readonly task: PrepareTask;
  readonly resolve: (result: WorkResult) => void;
  readonly reject: (error: AppError) => void;
  readonly signal: AbortSignal;
  kills: number;
}

interface Worker {
  readonly process: PrepareProcess;
  /** In the order in which they are worked on. */
  batch: Waiting[];
  /** The document of the batch that was begun last. */
  begun: Waiting | null;
  answered: Set<Waiting>;
  isOverdue: boolean;
  timer: NodeJS.Timeout | null;
}

/**
 * Parses and splits documents in processes with bounded memory and time, so that a document which loops, explodes or
 * crashes costs itself and one restart, and none of those that were sent with it.
 * @param size processes at most; each starts when it is first needed.
 * @param tuning what tests vary.
 */
export function createPreparePool(size: number, tuning: Partial<PrepareLimits> = {}): PreparePool {
  const limits = { ...defaultLimits, ...tuning };
  const waiting: Waiting[] = [];
  const workers = new Set<Worker>();
  let failedStarts = 0;
  let lastId = 0;
  let isScheduled = false;
  let isClosed = false;

  /** Once for all that come in the same turn, so that they share a message. */
  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      dispatch();
    });
  }

  function dispatch(): void {
    while (waiting.length > 0) {
      const worker = [...workers].find(({ batch }) => batch.length === 0) ?? startWorker();
      if (worker === null) return;
      const batch = nextBatch(waiting);
      if (batch.length > 0) run(worker, batch);
    }
  }

  function run(worker: Worker, batch: Waiting[]): void {
    worker.batch = batch;
    worker.begun = null;
    worker.answered = new Set();
    worker.process.hold(true);
    worker.process.send(batch.map(({ task }) => task));
    watch(worker, startTimeoutMs);
  }

  /** Each document has the whole time for itself. */
  function watch(worker: Worker, timeoutMs: number): void {
    if (worker.timer !== null) clearTimeout(worker.timer);
    worker.timer = setTimeout(() => {
      worker.isOverdue = true;
      worker.process.kill();
    }, timeoutMs);
  }

  function startWorker(): Worker | null {
    if (workers.size >= size || isClosed) return null;
    const worker: Worker = {
      process: startPrepareProcess(limits, {
        onBegun(id) {
          // What it says of documents that are answered may come after the answer.
          const begun = worker.batch.find(({ task }) => task.id === id);
          if (begun === undefined) return;
          failedStarts = 0;
          worker.begun = begun;
          watch(worker, limits.documentTimeoutMs);
        },
        onAnswers: (answers) => takeAnswers(worker, answers),
        onEnd: (ending) => replace(worker, ending),
      }),
      batch: [],
      begun: null,
      answered: new Set(),
      isOverdue: false,
      timer: null,
    };
    workers.add(worker);
    return worker;
  }

  function takeAnswers(worker: Worker, answers: readonly PrepareAnswer[]): void {
    const results = new Map(answers.map(({ id, result }) => [id, result]));
    for (const one of worker.batch) {
      const result = results.get(one.task.id);
      if (result === undefined) continue;
      worker.answered.add(one);
      one.resolve(result);
    }
    if (worker.answered.size < worker.batch.length) return;
    rest(worker);
    dispatch();
  }

  function rest(worker: Worker): void {
    if (worker.timer !== null) clearTimeout(worker.timer);
    worker.timer = null;
    worker.batch = [];
    worker.process.hold(false);
  }

  /** The document that was begun last brought the process down; those before and behind it are done again. */
  function replace(worker: Worker, ending: Ending): void {
    workers.delete(worker);
    const { batch, begun, answered } = worker;
    if (worker.timer !== null) clearTimeout(worker.timer);
    const again = batch.filter((one) => !answered.has(one));
    if (isClosed) {
      for (const one of again) one.reject(closedError());
      return;
    }
    if (begun === null && batch.length > 0) failedStarts += 1;
    if (ending === 'other-version' || failedStarts >= maxFailedStarts) {
      for (const one of again) one.reject(startError(ending));
      return;
    }
    if (begun !== null && again.includes(begun)) {
      begun.kills += 1;
      const isForeign = ending === 'killed' && !worker.isOverdue;
      if (!isForeign || begun.kills > maxKills) {
        again.splice(again.indexOf(begun), 1);
        begun.resolve({ ok: false, reason: reasonOf(worker.isOverdue ? 'time' : ending, limits) });
      }
    }
    waiting.unshift(...again);
    dispatch();
  }

  function submit(
    raw: RawDocument,
    work: SplitWork | OpenMailWork,
    signal: AbortSignal,
  ): Promise<WorkResult> {
    if (isClosed) return Promise.reject(closedError());
    const { promise, resolve, reject } = Promise.withResolvers<WorkResult>();
    lastId += 1;
    waiting.push({ task: { id: lastId, raw, work }, resolve, reject, signal, kills: 0 });
    schedule();
    return promise;
  }

  return {
    async prepare(raw, options, signal) {
      const result = await submit(raw, { kind: 'split', ...options }, signal);
      return !result.ok || 'document' in result ? await unpacked(result, signal) : otherWork();
    },
    async openMail(raw, wanted, signal): Promise<OpenMailResult> {
      const result = await submit(raw, { kind: 'open-mail', wanted }, signal);
      return !result.ok || 'mail' in result ? result : otherWork();
    },
    async close() {
      isClosed = true;
      for (const one of waiting.splice(0)) one.reject(closedError());
      const open = [...workers];
      for (const { process } of open) process.kill();
      await Promise.all(open.map(({ process }) => process.ended));
    },
  };
}

/** As many as may be sent together, and one at least; those that nobody waits for any more are left out. */
function nextBatch(waiting: Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  let bytes = 0;
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    bytes += next.task.raw.content.byteLength;
    if (batch.length > 0 && (bytes > maxBatchBytes || batch.length === maxBatchDocuments)) break;
    waiting.shift();
    if (next.signal.aborted) next.reject(AppError.from(next.signal.reason));
    else batch.push(next);
  }
  return batch;
}

function startError(ending: Ending): AppError {
  return ending === 'other-version'
    ? updatedUnder('parser')
    : new AppError(
        'unavailable',
        'the process that reads documents does not start: is there memory for it, and is /proc mounted?',
      );
}

function reasonOf(why: Ending | 'time', { documentTimeoutMs, maxResidentMb }: PrepareLimits): FailureReason {
  switch (why) {
    case 'time':
      return { code: 'gave_up', message: `parsing took longer than ${documentTimeoutMs / 1_000} s` };
    case 'memory':
      return { code: 'too_large', message: `parsing needed more than ${maxResidentMb} MB` };
    case 'crash':
    case 'other-version':
      return { code: 'malformed', message: 'the parser crashed' };
    case 'killed':
      return { code: 'gave_up', message: 'its parser was killed each time, as when memory is short' };
  }
}

function otherWork(): never {
  throw new AppError('internal', 'the parser process answered for other work');
}

function closedError(): AppError {
  return new AppError('canceled', 'the parser is closed');
}
