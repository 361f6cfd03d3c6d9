import { AppError, type Logger } from '@winnow/core';
import { createInferenceClient, expectKind, type InferenceClient } from './inference-client.ts';
import {
  type InferenceRequest,
  type InferenceResult,
  type InferenceSetup,
  inferenceVersion,
} from './protocol.ts';

/** What all copies of a model's weights in memory may take together, in bytes. */
const maxWeightBytes = 1024 ** 3;

/**
 * Characters that a model has to be asked for before a second copy of it is loaded, for anything but questions: that takes a
 * third of a second of a core, in which a small model reads three times as many.
 */
const charactersOfFirst = 4_000;

/**
 * Characters that wait at each worker that has its model before one more loads its own for questions: some 30 ms of a
 * small model. A question never waits for that, which takes longer than fifty questions.
 */
const charactersInLine = 1_000;

/** How a number of threads is spread over copies of a model. */
export interface PoolShape {
  readonly workers: number;
  readonly threadsPerWorker: number;
  /** Whether there is memory for one more copy, for questions. */
  readonly hasSpare: boolean;
}

/**
 * One worker a core, each with a copy of the model and one thread: measured faster than one copy that shares
 * each inference among all cores (see `test/bench/models-batching.ts`), since nobody waits for anybody. A model too
 * large to be copied shares its threads after all, and so does one that runs elsewhere than on the CPU.
 * @param threads at least 1.
 */
export function poolShape(threads: number, modelBytes: number, onCpu = true): PoolShape {
  const copies = onCpu ? Math.max(1, Math.floor(maxWeightBytes / Math.max(1, modelBytes))) : 1;
  const workers = Math.min(threads, copies);
  const threadsPerWorker = Math.max(1, Math.floor(threads / workers));
  return { workers, threadsPerWorker, hasSpare: copies > workers };
}

/**
 * Spreads the texts of each call over several workers, and puts the results back in order. Who asks for a few texts, as
 * a command does, has one worker started for it. Questions that come while documents keep all workers busy have one of their
 * own: a passage of 500 tokens, which each would wait for, takes a model ten times as long as a question.
 * @param entry the module of each worker's thread; tests give another.
 */
export function createInferencePool(
  setup: Omit<InferenceSetup, 'threads' | 'version'>,
  shape: PoolShape,
  log: Logger,
  entry?: URL,
): InferenceClient {
  const createClient = () =>
    createInferenceClient(
      { ...setup, version: inferenceVersion, threads: shape.threadsPerWorker },
      log,
      entry,
    );
  const workers: readonly Worker[] = Array.from({ length: shape.workers }, () => ({
    client: createClient(),
    state: 'cold',
    load: 0,
    documents: 0,
  }));
  const spare: Loadable | null = shape.hasSpare ? { client: createClient(), state: 'cold' } : null;
  /** Characters of all calls so far. */
  let asked = 0;

  function workersFor(request: InferenceRequest): readonly Worker[] {
    if (!isQuestion(request)) return asked < charactersOfFirst ? workers.slice(0, 1) : workers;
    const ready = workers.filter(({ state }) => state === 'ready');
    if (ready.length === 0) return workers.slice(0, 1);
    const next = workers.find(({ state }) => state !== 'ready');
    if (next?.state === 'cold' && ready.every(({ load }) => load >= charactersInLine)) warm(next, request);
    return ready;
  }

  const spread = async (request: InferenceRequest, signal: AbortSignal): Promise<InferenceResult> => {
    const texts = textsOf(request);
    asked += lengthOf(texts);
    const chosen = workersFor(request);
    const parts = dealOut(
      texts,
      chosen.map(({ load }) => load),
    );
    const answers = await Promise.all(
      parts.map(async (indexes, at) => {
        const worker = chosen[at];
        if (worker === undefined || indexes.length === 0) return null;
        const characters = lengthOf(indexes.map((index) => texts[index] ?? ''));
        const documents = isQuestion(request) ? 0 : 1;
        worker.load += characters;
        worker.documents += documents;
        try {
          const result = await worker.client.call(partOf(request, indexes), signal);
          worker.state = 'ready';
          return { indexes, result };
        } finally {
          worker.load -= characters;
          worker.documents -= documents;
        }
      }),
    );
    return mergeResults(
      texts.length,
      answers.filter((answer) => answer !== null),
    );
  };

  /** Null while it is yet to load its model. */
  function spareFor(request: InferenceRequest): InferenceClient | null {
    if (spare?.state === 'cold') warm(spare, request);
    return spare?.state === 'ready' ? spare.client : null;
  }

  return {
    async call(request, signal) {
      const isInWay = isQuestion(request) && workers.every(({ documents }) => documents > 0);
      const ready = isInWay ? spareFor(request) : null;
      return expectKind(await (ready?.call(request, signal) ?? spread(request, signal)), request.kind);
    },
    async close() {
      await Promise.all([...workers, ...(spare === null ? [] : [spare])].map(({ client }) => client.close()));
    },
  };
}

/** A copy of the model, which its first request has it load. */
interface Loadable {
  readonly client: InferenceClient;
  state: 'cold' | 'loading' | 'ready';
}

interface Worker extends Loadable {
  /** Characters given to it and not answered yet. */
  load: number;
  /** Calls for documents among them. */
  documents: number;
}

/** Has it load its model by a request that others answer. */
function warm(worker: Loadable, request: InferenceRequest): void {
  worker.state = 'loading';
  worker.client.call(request, new AbortController().signal).then(
    () => {
      worker.state = 'ready';
    },
    () => {
      worker.state = 'cold';
    },
  );
}

function isQuestion(request: InferenceRequest): boolean {
  return request.kind === 'embed' && request.purpose === 'query';
}

/**
 * Shares texts out so that all workers are done at about the same time: the longest first, each to whoever has
 * the least to do.
 * @param loads what each worker has to do already, in characters.
 * @returns indexes per worker, ascending; every index once.
 */
export function dealOut(texts: readonly string[], loads: readonly number[]): number[][] {
  const parts = loads.map((load): { load: number; indexes: number[] } => ({ load, indexes: [] }));
  const longestFirst = texts
    .map((text, index) => ({ index, length: text.length }))
    .sort((left, right) => right.length - left.length || left.index - right.index);
  for (const { index, length } of longestFirst) {
    const least = parts.reduce((a, b) => (b.load < a.load ? b : a));
    least.indexes.push(index);
    least.load += Math.max(1, length);
  }
  return parts.map(({ indexes }) => indexes.sort((left, right) => left - right));
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function textsOf(request: InferenceRequest): readonly string[] {
  return request.kind === 'score' ? request.passages : request.texts;
}

function partOf(request: InferenceRequest, indexes: readonly number[]): InferenceRequest {
  const pick = (texts: readonly string[]) => indexes.map((index) => texts[index] ?? '');
  return request.kind === 'score'
    ? { ...request, passages: pick(request.passages) }
    : { ...request, texts: pick(request.texts) };
}

interface Part {
  readonly indexes: readonly number[];
  readonly result: InferenceResult;
}

function mergeResults(count: number, parts: readonly Part[]): InferenceResult {
  const [first] = parts;
  if (first === undefined) throw new AppError('internal', 'an inference without texts');
  switch (first.result.kind) {
    case 'embed':
      return mergeVectors(count, parts);
    case 'score':
      return mergeScores(parts);
  }
}

function mergeVectors(count: number, parts: readonly Part[]): InferenceResult {
  const values = parts.reduce(
    (sum, { result }) => sum + (result.kind === 'embed' ? result.vectors.length : 0),
    0,
  );
  const dimensions = values / count;
  const vectors = new Float32Array(values);
  let tokens = 0;
  let truncated = 0;
  for (const { indexes, result } of parts) {
    if (result.kind !== 'embed') continue;
    tokens += result.tokens;
    truncated += result.truncated;
    for (const [at, index] of indexes.entries()) {
      vectors.set(result.vectors.subarray(at * dimensions, (at + 1) * dimensions), index * dimensions);
    }
  }
  const compressed = inOrder(parts, (result) => (result.kind === 'embed' ? result.compressed : []));
  const each = inOrder(parts, (result) => (result.kind === 'embed' ? result.each : []));
  return { kind: 'embed', vectors, compressed, each, tokens, truncated };
}

function mergeScores(parts: readonly Part[]): InferenceResult {
  const logits = inOrder(parts, (result) => (result.kind === 'score' ? result.logits : []));
  let tokens = 0;
  let truncated = 0;
  let queryTruncated = false;
  for (const { result } of parts) {
    if (result.kind !== 'score') continue;
    tokens += result.tokens;
    truncated += result.truncated;
    // The query is the same in all parts.
    queryTruncated ||= result.queryTruncated;
  }
  return { kind: 'score', logits, tokens, truncated, queryTruncated };
}

function inOrder<Value>(
  parts: readonly Part[],
  valuesOf: (result: InferenceResult) => readonly Value[],
): Value[] {
  return parts
    .flatMap(({ indexes, result }) =>
      valuesOf(result).map((value, at) => ({ index: indexes[at] ?? 0, value })),
    )
    .sort((left, right) => left.index - right.index)
    .map(({ value }) => value);
}
