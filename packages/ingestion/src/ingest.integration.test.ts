import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type ExportedChunk, liveRef, type Store, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { createBullJobs, createLocalJobs, createMemoryBlobStore, createRedisBlobStore } from '@winnow/jobs';
import {
  corpusOf,
  createHashingEmbedder,
  createMapSource,
  createWordTokenizer,
  type DocumentMap,
  documentIdOf,
  parseParagraphs,
  redisUrl,
  sentencesOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ingestJobs } from './catalog.ts';
import { createIngestHandlers } from './create-ingest-handlers.ts';
import { reconcile } from './healing/reconcile.ts';
import { createReconciler } from './healing/reconciler.ts';
import { maxAttempts } from './lanes/pick-bundle.ts';
import type { IngestPorts } from './ports.ts';
import { cancelRun } from './runs/cancel-run.ts';
import { startRun } from './runs/start-run.ts';
import { type BenchParts, bootIngestBench, type IngestBench } from './testing/ingest-bench.ts';

const dimensions = 64;
const corpus = corpusOf('handbook', dimensions);
const ref = liveRef(corpus);

let folder: string;
let store: Store;
let documents: DocumentMap;
/** Every text that was sent to the model. */
let embedded: string[];
/** May refuse or hold up a call to the model. */
let onCall: (texts: readonly string[]) => void | Promise<void>;
let benches: IngestBench[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-ingest-'));
  store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  await store.corpora.create(corpus);
  documents = new Map();
  for (let index = 0; index < 12; index++) documents.set(`page-${index}`, textOf(index));
  embedded = [];
  onCall = () => {};
  benches = [];
});

afterEach(async () => {
  for (const bench of benches) await bench.kill();
  await store.close();
  await rm(folder, { recursive: true });
});

/** Long enough for several chunks. */
function textOf(seed: number): string {
  return [sentencesOf(seed, 12), sentencesOf(seed + 1_000, 12)].map((list) => list.join(' ')).join('\n\n');
}

const inMemory = {
  createJobs: () => createLocalJobs(ingestJobs),
  createBlobs: () => createMemoryBlobStore({ maxBytes: 64 * 1024 * 1024, log: silentLogger }),
};

function inRedis(prefix: string) {
  const options = { redisUrl: redisUrl(), prefix, log: silentLogger };
  return {
    createJobs: () => createBullJobs(ingestJobs, options),
    createBlobs: () => createRedisBlobStore(options),
  };
}

async function boot(wrap?: BenchParts['wrap'], overRedis?: string): Promise<IngestBench> {
  const bench = await bootIngestBench({
    store,
    corpus,
    source: createMapSource(documents),
    embedder: createHashingEmbedder({
      dimensions,
      async onCall(texts) {
        await onCall(texts);
        embedded.push(...texts);
      },
    }),
    parse: parseParagraphs,
    tokenizer: createWordTokenizer(),
    ...(overRedis === undefined ? inMemory : inRedis(overRedis)),
    until: (condition) =>
      vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 5 }),
    ...(wrap === undefined ? {} : { wrap }),
  });
  benches.push(bench);
  return bench;
}

async function indexed(): Promise<readonly ExportedChunk[]> {
  return Array.fromAsync(store.chunks.export(ref, { vectors: true, signal: new AbortController().signal }));
}

async function stateOf(documentId: string) {
  const id = documentIdOf(documentId);
  return (await store.manifest.get(ref, [id])).get(id);
}

describe('ingest', () => {
  it('makes every document searchable, and says what it took', async () => {
    const bench = await boot();
    const report = await bench.ingest();
    expect(report.state).toBe('completed');
    expect(report.documents).toEqual({
      new: 12,
      changed: 0,
      unchanged: 0,
      deleted: 0,
      failed: 0,
      stillFailed: 0,
    });
    const chunks = await indexed();
    expect(new Set(chunks.map(({ documentId }) => documentId)).size).toBe(12);
    expect(report.chunks).toEqual({ embedded: chunks.length, reused: 0 });
    expect(embedded).toHaveLength(chunks.length);
    expect(report.modelCalls).toBeGreaterThan(0);
    expect(report.tokens).toBe(embedded.reduce((sum, text) => sum + createWordTokenizer().count(text), 0));
    expect(report.progress).toMatchObject({ pending: 0, done: 12, total: 12, secondsLeft: 0 });
    for (const { documentId, text, start, end } of chunks) {
      expect(documents.get(documentId)?.slice(start, end)).toBe(text);
    }
  });

  it('asks the model nothing when nothing changed', async () => {
    const bench = await boot();
    await bench.ingest();
    embedded = [];
    const report = await bench.ingest();
    expect(report.documents).toEqual({
      new: 0,
      changed: 0,
      unchanged: 12,
      deleted: 0,
      failed: 0,
      stillFailed: 0,
    });
    expect(report).toMatchObject({ state: 'completed', modelCalls: 0, chunks: { embedded: 0, reused: 0 } });
    expect(embedded).toEqual([]);
  });

  it('embeds only the chunks of a changed document that are new', async () => {
    const bench = await boot();
    await bench.ingest();
    const before = (await indexed()).filter(({ documentId }) => documentId === 'page-3');
    embedded = [];
    documents.set('page-3', `${textOf(3)}\n\n${sentencesOf(77, 14).join(' ')}`);
    const report = await bench.ingest();
    expect(report.documents).toEqual({
      new: 0,
      changed: 1,
      unchanged: 11,
      deleted: 0,
      failed: 0,
      stillFailed: 0,
    });
    expect(report.chunks.reused).toBeGreaterThan(0);
    expect(report.chunks.embedded).toBe(embedded.length);
    const after = (await indexed()).filter(({ documentId }) => documentId === 'page-3');
    expect(after.length).toBe(report.chunks.embedded + report.chunks.reused);
    expect(after.length).toBeGreaterThan(before.length);
  });

  it('removes what the source no longer lists, and takes it back when it is listed again', async () => {
    const bench = await boot();
    await bench.ingest();
    documents.delete('page-5');
    expect((await bench.ingest()).documents).toMatchObject({ unchanged: 11, deleted: 1 });
    expect((await indexed()).some(({ documentId }) => documentId === 'page-5')).toBe(false);
    documents.set('page-5', textOf(5));
    expect((await bench.ingest()).documents).toMatchObject({ new: 1, unchanged: 11, deleted: 0 });
    expect((await indexed()).some(({ documentId }) => documentId === 'page-5')).toBe(true);
  });

  it('removes nothing when the source is not there, says so, and goes on when it is back', async () => {
    const bench = await boot();
    await bench.ingest();
    const before = await indexed();
    const kept = [...documents];
    documents.clear();
    const { run } = await startRun(bench.ports, corpus.name);
    await vi.waitFor(async () =>
      expect((await bench.report(run.runId)).waiting).toMatchObject({
        reason: 'source_away',
        message: 'the source is not there',
      }),
    );
    expect(await indexed()).toEqual(before);
    for (const [id, text] of kept) documents.set(id, text);
    const report = await bench.untilEnded(run.runId);
    expect(report).toMatchObject({ state: 'completed', documents: { unchanged: 12, deleted: 0 } });
    expect(await indexed()).toEqual(before);
  });

  it('records a document that cannot be read, lets its neighbours go on, and tries again next time', async () => {
    documents.set('page-2', null);
    const bench = await boot();
    const report = await bench.ingest();
    expect(report).toMatchObject({ state: 'completed', documents: { new: 11, failed: 1, stillFailed: 1 } });
    expect(await stateOf('page-2')).toMatchObject({ state: 'failed', reason: { code: 'unreadable' } });
    documents.set('page-2', textOf(2));
    expect((await bench.ingest()).documents).toMatchObject({ new: 1, unchanged: 11, failed: 0 });
    expect(await stateOf('page-2')).toMatchObject({ state: 'live', reason: null });
  });

  it('keeps the old version searchable where the new one cannot be read', async () => {
    const bench = await boot();
    await bench.ingest();
    const before = await indexed();
    documents.set('page-2', null);
    expect((await bench.ingest()).documents).toMatchObject({ changed: 0, unchanged: 11, failed: 1 });
    expect(await indexed()).toEqual(before);
  });

  it('fails a document that breaks the parser, and no other', async () => {
    const bench = await boot((ports) => ({
      ...ports,
      async prepare(raw, ...others) {
        if (raw.documentId === 'page-7') throw new AppError('internal', 'the parser broke');
        return ports.prepare(raw, ...others);
      },
    }));
    expect((await bench.ingest()).documents).toMatchObject({ new: 11, failed: 1 });
    expect(await stateOf('page-7')).toMatchObject({
      state: 'failed',
      reason: { code: 'gave_up', message: 'the parser broke' },
    });
  });

  it('finds out which document a model refuses, and gets the others in', async () => {
    documents.set('page-4', `poison ${textOf(4)}`);
    onCall = (texts) => {
      if (texts.some((text) => text.includes('poison'))) throw new AppError('invalid_argument', 'refused');
    };
    const bench = await boot();
    const report = await bench.ingest();
    expect(report).toMatchObject({ state: 'completed', documents: { new: 11, failed: 1, stillFailed: 1 } });
    expect(await stateOf('page-4')).toMatchObject({
      state: 'failed',
      reason: { code: 'refused_by_model', message: 'refused' },
    });
  });

  it('waits where the model itself is not usable, and goes on by itself when it is', async () => {
    let isRefused = true;
    onCall = () => {
      if (isRefused) throw new AppError('failed_precondition', 'the key was refused');
    };
    const bench = await boot();
    const { run } = await startRun(bench.ports, corpus.name);
    await vi.waitFor(async () =>
      expect((await bench.report(run.runId)).waiting).toMatchObject({
        reason: 'model_refuses',
        message: 'the key was refused',
      }),
    );
    expect((await bench.report(run.runId)).progress.pending).toBe(12);
    isRefused = false;
    expect(await bench.untilEnded(run.runId)).toMatchObject({
      state: 'completed',
      documents: { new: 12, failed: 0 },
      waited: [{ reason: 'model_refuses' }],
    });
  });

  it('cuts a huge document into parts and commits it whole', async () => {
    documents = new Map([['book', Array.from({ length: 120 }, (_, index) => textOf(index)).join('\n\n')]]);
    const bench = await boot();
    const report = await bench.ingest();
    const chunks = await indexed();
    expect(chunks.length).toBeGreaterThan(300);
    expect(chunks.map(({ position }) => position)).toEqual(chunks.map((_, index) => index));
    expect(report.chunks.embedded + report.chunks.reused).toBe(chunks.length);
    expect(report.chunks.embedded).toBe(embedded.length);
  });

  it('starts one run at a time for a corpus', async () => {
    const bench = await boot();
    const [one, other] = await Promise.all([
      startRun(bench.ports, corpus.name),
      startRun(bench.ports, corpus.name),
    ]);
    expect(one.run.runId).toBe(other.run.runId);
    await bench.untilEnded(one.run.runId);
    expect(embedded).toHaveLength((await indexed()).length);
    await expect(startRun(bench.ports, corpusOf('unknown').name)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('stops where it is when it is canceled, and the next run takes over the rest', async () => {
    const bench = await boot();
    onCall = async () => {
      const [run] = await store.runs.active();
      if (run !== undefined) await cancelRun(bench.ports, run.runId);
    };
    const report = await bench.ingest();
    expect(report.state).toBe('canceled');
    await vi.waitFor(async () => expect(await bench.ports.queue.unfinished()).toEqual([]));
    expect((await bench.report(report.run.runId)).progress.pending).toBeGreaterThan(0);
    onCall = () => {};
    const next = await bench.ingest();
    expect(next).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    expect(next.documents.new + next.documents.unchanged).toBe(12);
    expect((await store.manifest.tally(ref)).live).toBe(12);
  });
});

describe('after a loss', () => {
  it('jobs and blobs in Redis outlive their process, and another one goes on by itself', async () => {
    const prefix = uniquePrefix();
    const first = await boot(undefined, prefix);
    const reached = Promise.withResolvers<void>();
    onCall = async () => {
      reached.resolve();
      throw new AppError('canceled', 'the process is gone');
    };
    const { run } = await startRun(first.ports, corpus.name);
    await reached.promise;
    await first.kill();
    onCall = () => {};
    const second = await boot(undefined, prefix);
    const report = await second.untilEnded(run.runId);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 12, failed: 0 } });
    expect(embedded).toHaveLength((await indexed()).length);
    embedded = [];
    expect(await second.ingest()).toMatchObject({ state: 'completed', documents: { unchanged: 12 } });
    expect(embedded).toEqual([]);
  });

  it('reconcile puts back what a lost queue took along, once it was missing twice', async () => {
    const first = await boot();
    let calls = 0;
    const lost = Promise.withResolvers<void>();
    onCall = async () => {
      calls++;
      if (calls < 2) return;
      lost.resolve();
      throw new AppError('canceled', 'the process is gone');
    };
    const { run } = await startRun(first.ports, corpus.name);
    await lost.promise;
    await first.kill();
    onCall = () => {};

    const second = await boot();
    const look = await reconcile(second.ports, new Set());
    expect(look.putBack).toEqual([]);
    expect(look.suspects.size).toBeGreaterThan(0);
    expect(await second.ports.queue.unfinished()).toEqual([]);
    const again = await reconcile(second.ports, look.suspects);
    expect(again.putBack).toHaveLength(look.suspects.size);
    const report = await second.untilEnded(run.runId);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 12, failed: 0 } });
  });

  it('a reconciler brings a run to its end after every loss of its queue', async () => {
    const first = await boot();
    const { run } = await startRun(first.ports, corpus.name);
    await first.kill();
    const second = await boot();
    const reconciler = createReconciler(second.ports, { everyMs: 5 });
    reconciler.start();
    const report = await second.untilEnded(run.runId);
    await reconciler.stop();
    expect(report).toMatchObject({ state: 'completed', documents: { new: 12, failed: 0 } });
  });

  it('reconcile leaves a lane alone that has a job, and closes a run that has nothing left to do', async () => {
    const bench = await boot();
    const report = await bench.ingest();
    const { runId } = report.run;
    await store.runs.update(runId, (run) => ({ ...run, state: 'running', finishedAt: null }));
    expect((await reconcile(bench.ports, new Set([`lane-${runId}-0`]))).putBack).toEqual([]);
    expect((await store.runs.get(runId))?.state).toBe('completed');

    const release = Promise.withResolvers<void>();
    onCall = () => release.promise;
    documents.set('page-0', 'Changed.');
    const { run } = await startRun(bench.ports, corpus.name);
    await vi.waitFor(async () => expect((await store.runs.get(run.runId))?.state).toBe('running'));
    const everyLane = new Set([0, 1, 2, 3].map((lane) => `lane-${run.runId}-${lane}`));
    expect((await reconcile(bench.ports, everyLane)).putBack).toEqual([]);
    onCall = () => {};
    release.resolve();
    await bench.untilEnded(run.runId);
  });

  it('a document that kills its process each time ends in the inbox, and its neighbours get in', async () => {
    let kills = 0;
    for (;;) {
      const death = Promise.withResolvers<false>();
      const bench = await boot((ports) => ({
        ...ports,
        prepare(raw, job, signal) {
          if (raw.documentId !== 'page-9') return ports.prepare(raw, job, signal);
          death.resolve(false);
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          });
        },
      }));
      const { run } = await startRun(bench.ports, corpus.name);
      const ended = await Promise.race([death.promise, bench.untilEnded(run.runId).then(() => true)]);
      if (ended) break;
      await bench.kill();
      kills++;
    }
    expect(kills).toBe(maxAttempts);
    expect(await stateOf('page-9')).toMatchObject({ state: 'failed', reason: { code: 'gave_up' } });
    expect((await store.manifest.tally(ref)).live).toBe(11);
  });

  it('a lane with two chains of jobs goes on with the one that the run names', async () => {
    const { queue } = createLocalJobs(ingestJobs);
    const bench = await boot((ports) => ({ ...ports, queue }));
    const { run } = await startRun({ ...bench.ports, queue }, corpus.name);
    await store.runs.update(run.runId, (planning) => ({
      ...planning,
      state: 'running',
      chains: [1, 1, 2, 1],
    }));
    const chunk = createIngestHandlers({ ...bench.ports, queue })['documents.chunk'];
    const context = { signal: new AbortController().signal, log: silentLogger };
    const beginning = { step: 0, after: null, bytes: 1_000, takenAt: null, forgive: false };
    const position = { version: 2, runId: run.runId, ...beginning } as const;
    const outcomeOf = (lane: number, chain: number) => chunk.run({ ...position, lane, chain }, context);
    expect(await outcomeOf(2, 1)).toEqual({ outcome: 'skipped', reason: 'lane-overtaken' });
    expect(await outcomeOf(2, 2)).toMatchObject({ reason: 'lane-empty' });
    expect(await outcomeOf(3, 1)).toMatchObject({ reason: 'lane-empty' });
    expect((await store.runs.get(run.runId))?.chains).toEqual([1, 1, -2, -1]);
  });

  it('blobs that are gone send their documents back to the start', async () => {
    let isLossy = true;
    const bench = await boot((ports) => ({
      ...ports,
      blobs: {
        ...ports.blobs,
        async get(key) {
          const isLost = isLossy && key.startsWith('vectors-');
          if (isLost) await ports.blobs.delete([key]);
          if (embedded.length > 60) isLossy = false;
          return ports.blobs.get(key);
        },
      },
    }));
    expect(await bench.ingest()).toMatchObject({ state: 'completed', documents: { new: 12, failed: 0 } });
  });

  it.each(['before', 'after'] as const)(
    'a process that ends %s any of its calls, and another one that goes on, make the same index',
    async (moment) => {
      const reference = await boot();
      await reference.ingest();
      await reference.kill();
      const expected = await indexed();
      const chunkCount = expected.length;

      for (let calls = 0, isCut = true; isCut; calls += 3) {
        await store.corpora.delete(corpus.name);
        await store.corpora.create(corpus);
        const power = createPower(calls, moment);
        const first = await boot(power.wrap);
        const started = first.ingest().then(
          () => 'ended',
          () => 'cut',
        );
        isCut = (await Promise.race([power.cut, started])) === 'cut';
        await first.kill();
        const committed = (await indexed()).length;
        embedded = [];

        const second = await boot();
        const report = await second.ingest();
        expect(report.state).toBe('completed');
        expect(await indexed()).toEqual(expected);
        expect(embedded.length).toBe(chunkCount - committed);
        await second.kill();
      }
    },
  );
});

/** Lets a number of calls to the ports through, and none after them: the process is gone, mid-call. */
function createPower(calls: number, moment: 'before' | 'after') {
  let left = calls;
  const cut = Promise.withResolvers<'cut'>();
  const gone = () => new AppError('canceled', 'the process is gone');
  function guard<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...values: readonly unknown[]) => {
          const isLast = left-- <= 0;
          if (isLast) cut.resolve('cut');
          if (isLast && (moment === 'before' || left < -1)) throw gone();
          const result: unknown = await Reflect.apply(member, target, values);
          if (isLast) throw gone();
          return result;
        };
      },
    });
  }
  const wrap = (ports: IngestPorts): IngestPorts => ({
    ...ports,
    store: {
      ...ports.store,
      runs: guard(ports.store.runs),
      manifest: guard(ports.store.manifest),
      chunks: guard(ports.store.chunks),
    },
    queue: guard(ports.queue),
    blobs: guard(ports.blobs),
    openSource: (settings) => {
      const source = ports.openSource(settings);
      return { ...source, read: guard(source).read };
    },
    prepare: guard({ prepare: ports.prepare }).prepare,
  });
  return { cut: cut.promise, wrap };
}
