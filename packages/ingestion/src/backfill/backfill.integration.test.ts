import {
  AppError,
  type CorpusSource,
  type ExportedChunk,
  liveRef,
  type Run,
  type SourceId,
} from '@winnow/core';
import { createOpenAiBatchEmbedder } from '@winnow/models/openai';
import {
  createHashingEmbedder,
  createMapSource,
  createOpenAiBatches,
  type DocumentMap,
  type FakeBatch,
  type FakeBatches,
  sentencesOf,
} from '@winnow/testkit';
import { embeddingTextOf } from '@winnow/text';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IngestPorts } from '../ports.ts';
import { cancelRun } from '../runs/cancel-run.ts';
import { startRun } from '../runs/start-run.ts';
import type { IngestBench } from '../testing/ingest-bench.ts';
import { openRemoteBench, type RemoteBench, remoteDimensions } from '../testing/remote-bench.ts';

const { signal } = new AbortController();

let bench: RemoteBench;
let fake: FakeBatches;
/** Tokens of each batch that was put on a bill. */
let charged: number[];

beforeEach(async () => {
  fake = createOpenAiBatches(remoteDimensions);
  bench = await openRemoteBench({
    routes: fake.routes,
    embeddings: { models: { 'test-model': remoteDimensions } },
  });
  charged = [];
});
afterEach(() => bench.close());

function boot(
  change: (ports: IngestPorts) => IngestPorts = (ports) => ports,
  corpus = bench.corpus,
): Promise<IngestBench> {
  const priced = {
    batches: createOpenAiBatchEmbedder(bench.endpoint),
    charge: ({ inputTokens }: { readonly inputTokens: number }) => void charged.push(inputTokens),
  };
  return bench.boot(documents, {
    corpus,
    wrap: (ports) =>
      change({ ...ports, tuning: { batchPollMs: 5, firstPauseMs: 5 }, batchesOf: async () => priced }),
  });
}

const documents: DocumentMap = new Map(
  Array.from({ length: 12 }, (_, index) => [`page-${index}`, sentencesOf(index, 24).join(' ')]),
);

const begin = (process: IngestBench): Promise<Run> =>
  startRun(process.ports, bench.corpus.name, { batch: true }).then(({ run }) => run);

/** The one batch, as soon as the run waits for it. */
async function submitted({ runId }: Run): Promise<FakeBatch> {
  await bench.untilRun(runId, ({ backfill }) => backfill?.state === 'waiting');
  const [batch] = fake.batches;
  if (batch === undefined || fake.batches.length > 1) throw new Error(`${fake.batches.length} batches`);
  return batch;
}

async function indexed(): Promise<readonly ExportedChunk[]> {
  const ref = liveRef(bench.corpus);
  return await Array.fromAsync(bench.store.chunks.export(ref, { vectors: true, signal }));
}

/** Each chunk has the vector of its own text, however it came by it. */
async function expectRightVectors(): Promise<void> {
  const hashing = createHashingEmbedder({ dimensions: remoteDimensions, maxTextsPerCall: 1 });
  const chunks = await indexed();
  expect(new Set(chunks.map(({ documentId }) => documentId)).size).toBe(documents.size);
  for (const chunk of chunks) {
    const text = embeddingTextOf(chunk.title, chunk);
    const [expected] = (await hashing.embed([text], { purpose: 'document', signal })).vectors;
    expect(chunk.vector).toEqual(expected);
  }
}

describe('a run in batches', () => {
  it('has every text embedded by the batch, none directly, and is billed once', async () => {
    const process = await boot();
    const run = await begin(process);
    await fake.end(await submitted(run));
    const report = await process.untilEnded(run.runId);
    expect(report.state).toBe('completed');
    expect(bench.server.embedded.total).toBe(0);
    expect(fake.embedded.repeated).toBe(0);
    expect(charged).toEqual([expect.any(Number)]);
    await expectRightVectors();
  });

  it('embeds directly what an expired batch has left undone, and nothing else', async () => {
    const process = await boot();
    const run = await begin(process);
    const batch = await submitted(run);
    await fake.end(batch, { status: 'expired', done: 5 });
    await process.untilEnded(run.runId);
    expect(fake.embedded.total).toBe(5);
    expect(bench.server.embedded.total).toBe(batch.requests.length - 5);
    await expectRightVectors();
  });

  it('goes on directly where the provider refuses the batch, and keeps the reason', async () => {
    const process = await boot();
    const run = await begin(process);
    fake.refuse(await submitted(run), 'token limit exceeded');
    const report = await process.untilEnded(run.runId);
    expect(report.state).toBe('completed');
    expect(report.run.backfill?.batches).toMatchObject([{ state: 'failed', reason: 'token limit exceeded' }]);
    expect(charged).toEqual([]);
    await expectRightVectors();
  });

  it('waits on after its process died, and submits nothing twice', async () => {
    const first = await boot();
    const run = await begin(first);
    await submitted(run);
    await first.kill();
    const second = await boot();
    await begin(second);
    await fake.end(await submitted(run));
    await second.untilEnded(run.runId);
    expect(fake.batches).toHaveLength(1);
    expect(bench.server.embedded.total).toBe(0);
    await expectRightVectors();
  });

  it('finds a batch again whose submission was not recorded', async () => {
    let refusals = 2;
    const process = await boot((ports) => ({
      ...ports,
      store: {
        ...ports.store,
        runs: {
          ...ports.store.runs,
          async update(runId, change) {
            if (fake.batches.length > 0 && refusals-- > 0) throw new Error('the process ends here');
            return await ports.store.runs.update(runId, change);
          },
        },
      },
    }));
    const run = await begin(process);
    await vi.waitFor(() => expect(refusals).toBeLessThan(2), { timeout: 30_000, interval: 5 });
    await process.kill();
    const second = await boot();
    await begin(second);
    await fake.end(await submitted(run));
    const report = await second.untilEnded(run.runId);
    expect(report.state).toBe('completed');
    expect(fake.batches).toHaveLength(1);
  });

  it('leaves its batches to the next run when it is canceled', async () => {
    const process = await boot();
    const canceled = await begin(process);
    await submitted(canceled);
    await cancelRun(process.ports, canceled.runId);
    const next = await begin(process);
    await fake.end(await submitted(next));
    await process.untilEnded(next.runId);
    expect(fake.batches).toHaveLength(1);
    expect(bench.server.embedded.total).toBe(0);
  });

  describe('over a source that does not answer', () => {
    const away = 'away' as SourceId;
    const its: DocumentMap = new Map([...documents].map(([id, text]) => [`its-${id}`, `${text} Away.`]));
    /** Called before the source lists or reads anything. */
    let onTouch: (what: 'scan' | 'read') => void;

    /** A corpus of the documents and of another source beside them. */
    async function bootBoth(): Promise<IngestBench> {
      const sources = ['here', away].map(
        (name): CorpusSource => ({
          sourceId: name as SourceId,
          prefix: `${name}:`,
          settings: { kind: 'folder', path: `/${name}`, include: [], exclude: [] },
        }),
      );
      const corpus = await bench.store.corpora.update(bench.corpus, (current) => ({ ...current, sources }));
      const touch = (what: 'scan' | 'read') => () => onTouch(what);
      const itsSource = createMapSource(its, { onScan: touch('scan'), onRead: touch('read') });
      const checked = { ...itsSource, check: async () => onTouch('scan') };
      return await boot(
        (ports) => ({
          ...ports,
          openSource: (settings) =>
            settings.kind === 'folder' && settings.path === `/${away}` ? checked : createMapSource(documents),
        }),
        corpus,
      );
    }

    const isWaiting = ({ waiting }: Run) => waiting?.reason === 'source_away';
    const found = async () => new Set((await indexed()).map(({ documentId }) => documentId)).size;
    const unavailable = () => {
      throw new AppError('unavailable', 'nothing answers');
    };

    it('has the others embedded in batches meanwhile, and its own in batches when it is back', async () => {
      onTouch = unavailable;
      const process = await bootBoth();
      const run = await begin(process);
      await fake.end(await submitted(run));
      await bench.untilRun(run.runId, isWaiting);
      expect(await found()).toBe(documents.size);
      onTouch = () => {};
      await vi.waitFor(() => expect(fake.batches).toHaveLength(2), { timeout: 30_000, interval: 5 });
      for (const batch of fake.batches) if (batch.status === 'in_progress') await fake.end(batch);
      expect(await process.untilEnded(run.runId)).toMatchObject({
        state: 'completed',
        documents: { new: documents.size + its.size, failed: 0 },
      });
      expect(await found()).toBe(documents.size + its.size);
      expect(bench.server.embedded.total).toBe(0);
      expect(fake.embedded.repeated).toBe(0);
      expect(charged).toHaveLength(2);
    });

    it.each([
      ['does not answer', new AppError('unavailable', 'nothing answers')],
      ['is gone for now', new AppError('not_found', 'the folder is not there', { part: 'source' })],
    ])(
      'is postponed where it %s when its texts are put together: the others have theirs, and none is embedded for more money',
      async (_, error) => {
        let isThere = true;
        onTouch = (what) => {
          // There when it was listed.
          if (what === 'read') isThere = false;
          if (!isThere) throw error;
        };
        const process = await bootBoth();
        const run = await begin(process);
        await fake.end(await submitted(run));
        await bench.untilRun(run.runId, isWaiting);
        expect(await found()).toBe(documents.size);
        onTouch = () => {};
        await vi.waitFor(() => expect(fake.batches).toHaveLength(2), { timeout: 30_000, interval: 5 });
        for (const batch of fake.batches) if (batch.status === 'in_progress') await fake.end(batch);
        expect(await process.untilEnded(run.runId)).toMatchObject({
          state: 'completed',
          documents: { new: documents.size + its.size, failed: 0 },
          waited: [{ reason: 'source_away' }],
        });
        expect(await found()).toBe(documents.size + its.size);
        expect(bench.server.embedded.total).toBe(0);
        expect(fake.embedded.repeated).toBe(0);
        expect(charged).toHaveLength(2);
      },
    );
  });

  it('ends with the reason where the model has no batches', async () => {
    const process = await boot((ports) => ({ ...ports, batchesOf: async () => null }));
    const report = await process.ingest({ batch: true });
    expect(report.state).toBe('failed');
    expect(report.run.reason).toMatch(/has no batches/);
  });
});
