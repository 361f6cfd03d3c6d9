import { MessageChannel } from 'node:worker_threads';
import { AppError, type GenerationRef, type Logger } from '@winnow/core';
import { type ReaderRequest, type ReaderResult, type ReaderSetup, readerVersion } from './protocol.ts';
import { type ReaderThread, startReaderThread, ThreadEnded, takesAMoment } from './reader-thread.ts';
import type { Reading } from './reading.ts';
import { createVectorHolders } from './vector-holders.ts';

export interface ReaderPoolOptions extends Omit<ReaderSetup, 'version'> {
  /** Of all threads together; those of one generation are kept however many they are, by one thread. */
  readonly maxVectorBytes: number;
  /** That the threads have to be of; {@link readerVersion} unless told. */
  readonly version?: number;
  /** Threads at most, ≥ 1; each is started when a request has waited a while for the others. */
  readonly threads: number;
  readonly log: Logger;
  /** The threads' module; tests give another. */
  readonly entry?: URL;
}

/** Requests that wait for a thread; the next is refused. */
const maxWaiting = 1_000;
/** A request that takes longer leaves its thread to another in its pauses: short ones do not wait for long ones. */
const longMs = 50;
/**
 * Another thread is started for who has waited this long: to start one takes twice the time and a processor, and a command
 * that searches once is done by then.
 */
const startAfterMs = 100;
/** None is started beside others for so long after one that did not come to load its code, as after an update. */
const startAgainAfterMs = 10_000;
/** Requests that one thread works on in turns, at most. */
const maxPerThread = 4;
/** Searches by vector that one thread does together, at most: the first of them is answered when all have been compared. */
const maxTogether = 4;
/** A request whose thread died, of it or of another, is tried once more, alone. */
const maxAttempts = 2;

interface Waiting {
  readonly request: ReaderRequest;
  readonly signal: AbortSignal;
  readonly resolve: (result: ReaderResult) => void;
  readonly reject: (error: AppError) => void;
  readonly askedAt: number;
  attempts: number;
}

const workerEntry = new URL('./reader-worker.ts', import.meta.url);
const never = new AbortController().signal;

/**
 * Reads in threads of its own, so that nothing else of the process waits for a search. A thread takes one request at a time,
 * or a few searches by vector that go over the same vectors, and others beside one that takes long; what takes a moment it
 * gets at any time. A generation is searched by vector in as many threads as there is memory for its vectors. What a dead thread
 * was asked is asked of another, once, with nothing beside it: a search that kills its thread takes no other with it.
 */
export function createReaderPool(options: ReaderPoolOptions): Reading {
  const { threads: maxThreads, log, entry = workerEntry } = options;
  const { path, maxVectorBytes, version = readerVersion } = options;
  const threads = new Set<ReaderThread>();
  const holders = createVectorHolders<ReaderThread>(maxVectorBytes);
  const waiting: Waiting[] = [];
  /** Threads that work on what another died of, perhaps: nothing else is given to them. */
  const alone = new Set<ReaderThread>();
  let startsAgainAt = 0;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;

  const start = (): ReaderThread => {
    const thread = startReaderThread({ version, path, maxVectorBytes }, entry, log, {
      onReady: () => give(),
      onEnd(ended) {
        threads.delete(ended);
        holders.lose(ended);
        if (!ended.ready) startsAgainAt = performance.now() + startAgainAfterMs;
      },
    });
    threads.add(thread);
    return thread;
  };

  /** Idle, or the only one, or busy with one request that takes long; null: all that may have enough to do. */
  const free = ({ request, attempts, askedAt }: Waiting): ReaderThread | null => {
    const vectors = vectorsFor(request);
    const hasRoom = vectors === null || holders.hasRoom(vectors);
    const hasVectors = (thread: ReaderThread) => vectors !== null && holders.holds(thread, vectors);
    const all = [...threads].filter((thread) => hasRoom || hasVectors(thread));
    if (attempts === 0 && takesAMoment(request)) {
      // To wait for a thread that is idle would keep it idle for the way there and back: a search asks for parts in the end.
      const ready = all.filter((thread) => thread.ready && !alone.has(thread));
      const [least] = ready.toSorted((left, right) => left.busy - right.busy);
      if (least !== undefined) return least;
    }
    const idle = all.filter(({ busy, ready }) => busy === 0 && ready);
    const [first] = idle;
    if (first !== undefined) return idle.find(hasVectors) ?? first;
    const now = performance.now();
    const coming = [...threads].filter(({ ready }) => !ready);
    if (threads.size === 0) return start();
    if (coming.length === threads.size) return coming.find(({ busy }) => busy === 0) ?? null;
    // It takes whatever waits when it is there.
    const mayStart = threads.size < maxThreads && coming.length === 0 && now >= startsAgainAt;
    if (hasRoom && mayStart && now >= askedAt + startAfterMs) start();
    if (attempts > 0) return null;
    const since = now - longMs;
    const slow = all.filter(
      (thread) => thread.busy < maxPerThread && thread.lastGivenAt <= since && !alone.has(thread),
    );
    return slow.toSorted((left, right) => left.busy - right.busy)[0] ?? null;
  };

  /** What waits for the same vectors is searched for in one pass: as much of it as there are not other idle threads for. */
  const companionsOf = (next: Waiting, thread: ReaderThread): readonly Waiting[] => {
    const vectors = vectorsFor(next.request);
    if (vectors === null || next.attempts > 0 || thread.busy > 0) return [];
    const idle = [...threads].filter(
      (one) => one.ready && one.busy === 0 && (holders.hasRoom(vectors) || holders.holds(one, vectors)),
    );
    const alike = waiting.filter(
      (one) => one !== next && one.attempts === 0 && vectorsFor(one.request) === vectors,
    );
    const share = Math.ceil((alike.length + 1) / Math.max(1, idle.length));
    return alike.slice(0, Math.min(share, maxTogether) - 1);
  };

  const give = () => {
    /** Generations, or null for requests of no particular one, that no thread is free for. */
    const refused = new Set<string | null>();
    for (const next of [...waiting]) {
      const vectors = vectorsFor(next.request);
      if (refused.has(vectors) || !waiting.includes(next)) continue;
      const thread = free(next);
      if (thread !== null) {
        for (const each of [next, ...companionsOf(next, thread)]) {
          waiting.splice(waiting.indexOf(each), 1);
          void run(thread, each);
        }
      } else if (next.attempts > 0) {
        // It waits for a thread that is idle: others would keep them all busy.
        break;
      } else refused.add(vectors);
    }
    if (waiting.length === 0 || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      give();
    }, longMs);
    timer.unref();
  };

  const run = async (thread: ReaderThread, asked: Waiting): Promise<void> => {
    asked.attempts += 1;
    if (asked.attempts > 1) alone.add(thread);
    const vectors = vectorsFor(asked.request);
    if (vectors !== null) {
      const lender = holders.lenderTo(thread, vectors);
      if (lender !== null) lend(asked.request.ref, lender, thread);
      holders.take(thread, vectors);
    }
    try {
      const result = await thread.ask(asked.request, asked.signal);
      if (vectors !== null) learn(thread, vectors, result);
      asked.resolve(result);
    } catch (thrown) {
      if (!(thrown instanceof ThreadEnded)) asked.reject(AppError.from(thrown));
      else if (closed || asked.attempts >= maxAttempts) asked.reject(threadEnded(path, thrown));
      else if (!asked.signal.aborted) waiting.unshift(asked);
    } finally {
      alone.delete(thread);
    }
    give();
  };

  /** What takes seconds to read from the file is copied within a moment. */
  const lend = (ref: GenerationRef, lender: ReaderThread, borrower: ReaderThread) => {
    const { port1, port2 } = new MessageChannel();
    lender.tell({ type: 'lend', ref, port: port1 });
    borrower.tell({ type: 'borrow', ref, port: port2 });
  };

  const learn = (thread: ReaderThread, name: string, result: ReaderResult) => {
    if (result.kind !== 'recall' || result.held === null) return;
    for (const { thread: other, generationId } of holders.learn(thread, name, result.held)) {
      other.tell({ type: 'drop', generationId });
    }
  };

  async function ask<Kind extends ReaderRequest['kind']>(
    request: ReaderRequest & { kind: Kind },
    signal: AbortSignal,
  ): Promise<Extract<ReaderResult, { kind: Kind }>> {
    if (closed) throw new AppError('unavailable', `the index ${path} is closed`, { part: 'index' });
    if (signal.aborted) throw AppError.from(signal.reason);
    if (waiting.length >= maxWaiting) {
      throw new AppError(
        'resource_exhausted',
        `${maxWaiting} searches are waiting already: try again later`,
        {
          part: 'index',
        },
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<ReaderResult>();
    const asked: Waiting = { request, signal, resolve, reject, askedAt: performance.now(), attempts: 0 };
    const abort = () => {
      const at = waiting.indexOf(asked);
      if (at >= 0) waiting.splice(at, 1);
      reject(AppError.from(signal.reason));
    };
    signal.addEventListener('abort', abort, { once: true });
    // A search that has its hits is finished before others begin.
    if (request.kind === 'parts') waiting.unshift(asked);
    else waiting.push(asked);
    give();
    try {
      return ofKind(await promise, request.kind);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  return {
    getReady(ref) {
      // Later threads are started by who waits for one.
      if (!closed && threads.size === 0) start().tell({ type: 'get-ready', ref });
    },
    async recall(ref, { terms, vector, k, filter, withChunks, signal }) {
      // A copy: of a view, the whole buffer would be sent.
      const request = { ref, query: { terms, vector: vector?.slice() ?? null, k, filter, withChunks } };
      return (await ask({ kind: 'recall', ...request }, signal)).value;
    },
    async tokenFrequencies(ref, tokens) {
      return (await ask({ kind: 'token-frequencies', ref, tokens }, never)).value;
    },
    async ofDocuments(ref, parts, signal) {
      return (await ask({ kind: 'parts', ref, parts }, signal)).value;
    },
    follow({ generationId, changes, added, removed }) {
      for (const thread of threads)
        thread.tell({ type: 'follow', change: { generationId, changes, added, removed } });
    },
    drop(generationId) {
      holders.drop(generationId);
      for (const thread of threads) thread.tell({ type: 'drop', generationId });
    },
    async close() {
      closed = true;
      const left = waiting.splice(0);
      for (const { reject } of left) reject(new AppError('canceled', `the index ${path} was closed`));
      if (timer !== null) clearTimeout(timer);
      await Promise.all([...threads].map((thread) => thread.close()));
    },
  };
}

/** The generation whose vectors a request needs; null: none. */
function vectorsFor(request: ReaderRequest): string | null {
  return request.kind === 'recall' && request.query.vector !== null ? request.ref.physicalName : null;
}

function threadEnded(path: string, { message }: Error): AppError {
  return new AppError('unavailable', `the thread that searched ${path} ended: ${message}`, { part: 'index' });
}

/** @throws AppError `internal` if the result is of another kind than was asked for. */
function ofKind<Kind extends ReaderResult['kind']>(
  result: ReaderResult,
  kind: Kind,
): Extract<ReaderResult, { kind: Kind }> {
  const isKind = (one: ReaderResult): one is Extract<ReaderResult, { kind: Kind }> => one.kind === kind;
  if (isKind(result)) return result;
  throw new AppError('internal', `asked for ${kind}, a reader thread answered with ${result.kind}`);
}
