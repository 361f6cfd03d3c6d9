import { setTimeout as wait } from 'node:timers/promises';
import {
  AppError,
  type Corpus,
  type CorpusName,
  type Embedder,
  type EmbeddingKey,
  embeddingKeyOf,
  generationNumbered,
  generationRef,
  liveRef,
  stateDigestOf,
} from '@winnow/core';
import { createHashingEmbedder, documentIdOf, tokenVectorsOf } from '@winnow/testkit';
import { embeddingTextOf } from '@winnow/text';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { damagedPorts, keyOf } from '../doctor/test-damage.ts';
import type { IngestPorts } from '../ports.ts';
import { cancelRun } from '../runs/cancel-run.ts';
import type { IngestBench } from '../testing/ingest-bench.ts';
import { type LocalBench, openLocalBench, textOf } from '../testing/local-bench.ts';
import { type BuildSettings, nextGeneration } from './build-settings.ts';
import { compareGenerations } from './compare-generations.ts';
import { dropBuild, dropExpired } from './drop-generation.ts';
import { planBuild } from './plan-build.ts';
import { startBuild } from './start-build.ts';
import { promote, rollback } from './switch-generation.ts';

const never = new AbortController().signal;
const forced = { forced: 'a test', signal: never };
const unforced = { forced: null, signal: never };
/** The other model. */
const other = 'other';

let bench: LocalBench;
let process: IngestBench;
/** Texts that the other model was asked for. */
let otherTexts: string[];
/** Called before each call of the other model. */
let onOther: () => Promise<void>;

beforeEach(async () => {
  bench = await openLocalBench();
  otherTexts = [];
  onOther = async () => {};
  await bench.store.corpora.update(bench.corpus, (corpus) => ({
    ...corpus,
    generations: corpus.generations.map((generation) => ({
      ...generation,
      fingerprints: { parser: 'test', chunker: 'test', analysis: 'test', embedder: 'hashing-64' },
    })),
  }));
  process = await bench.boot(withModels);
});

afterEach(() => bench.close());

const otherEmbedder = createHashingEmbedder({
  dimensions: 32,
  async onCall(texts) {
    await onOther();
    otherTexts.push(...texts);
  },
});

function withModels(ports: IngestPorts): IngestPorts {
  return {
    ...ports,
    embedderOf: async (generation, bill) =>
      generation.embedder === other ? otherEmbedder : await ports.embedderOf(generation, bill),
  };
}

/** The model as it came to give token vectors. */
function withTokenVectors(ports: IngestPorts): IngestPorts {
  return {
    ...ports,
    async embedderOf(generation, bill) {
      const embedder = await ports.embedderOf(generation, bill);
      return {
        ...embedder,
        givesTokenVectors: true,
        embed: async (texts, options) => ({
          ...(await embedder.embed(texts, options)),
          ...(options.tokenVectors === true && { tokenVectors: texts.map(tokenVectorsOf) }),
        }),
      };
    },
  };
}

async function build(settings: BuildSettings = {}, at: IngestBench = process) {
  const ports = withModels(at.ports);
  const loadEmbedder = async (name: string): Promise<Embedder> =>
    name === other ? otherEmbedder : createHashingEmbedder();
  return await startBuild({ ...ports, loadEmbedder }, bench.corpus.name as CorpusName, settings);
}

async function built(settings: BuildSettings = {}) {
  const { run, generation } = await build(settings);
  const report = await process.untilEnded(run.runId);
  expect(report.state).toBe('completed');
  return { report, generation };
}

async function corpusNow(): Promise<Corpus> {
  const corpus = await bench.store.corpora.get(bench.corpus.name);
  if (corpus === null) throw new Error('the corpus is gone');
  return corpus;
}

/** What is said of a generation that was looked at and found good. */
async function pass(number: number): Promise<void> {
  const corpus = await corpusNow();
  const ref = generationRef(corpus, generationNumbered(corpus, number));
  const stateDigest = await stateDigestOf(bench.store.manifest, ref, never);
  const report = {
    generation: number,
    passed: true,
    gates: [],
    stateDigest,
    comparedWith: corpus.liveGeneration,
    at: new Date().toISOString(),
  };
  await bench.store.corpora.update(corpus, (current) => ({
    ...current,
    generations: current.generations.map((each) => (each.number === number ? { ...each, report } : each)),
  }));
}

async function liveDimensions(): Promise<number | undefined> {
  const chunks = bench.store.chunks.export(liveRef(await corpusNow()), { vectors: true, signal: never });
  const [first] = await Array.fromAsync(chunks);
  return first?.vector?.length;
}

describe('a generation that is built beside the live one', () => {
  it('asks no model for what any generation knows, and is what a plan said it would be', async () => {
    await process.ingest();
    const before = bench.embedded.length;
    const corpus = await corpusNow();
    const next = nextGeneration(process.ports, corpus, {}, createHashingEmbedder());
    const plan = await planBuild(process.ports, corpus, next, {}, never);
    expect(plan).toMatchObject({ documents: { new: 12 }, chunks: { toEmbed: 0 }, kind: 'reindex' });
    expect(plan.effects.every(({ effect }) => effect === 'nothing')).toBe(true);

    const { report } = await built();
    expect(bench.embedded).toHaveLength(before);
    expect(report.chunks).toEqual({ embedded: 0, reused: plan.chunks.reusable });
  });

  it('has token vectors made where the live one has none, as a plan said, and takes them over where it has', async () => {
    await process.ingest();
    await process.kill();
    const own = await bench.boot(withTokenVectors);
    const ports = withTokenVectors(own.ports);
    const plan = async () => {
      const embedder = { ...createHashingEmbedder(), givesTokenVectors: true };
      const corpus = await corpusNow();
      return await planBuild(ports, corpus, nextGeneration(ports, corpus, {}, embedder), {}, never);
    };
    for (const isFirst of [true, false]) {
      const { chunks, effects } = await plan();
      expect(chunks.toEmbed > 0).toBe(isFirst);
      const led = effects.filter(({ effect }) => effect !== 'nothing').map(({ setting }) => setting);
      expect(led).toEqual(isFirst ? ['token vectors'] : []);
      const { run, generation } = await startBuild(
        { ...ports, loadEmbedder: async () => createHashingEmbedder() },
        bench.corpus.name,
        {},
      );
      const report = await own.untilEnded(run.runId);
      expect(report.chunks).toEqual({ embedded: chunks.toEmbed, reused: chunks.reusable });
      const corpus = await corpusNow();
      const ref = generationRef(corpus, generationNumbered(corpus, generation.number));
      const keys: EmbeddingKey[] = [];
      const texts: string[] = [];
      for await (const { title, ...chunk } of bench.store.chunks.export(ref, {
        vectors: false,
        signal: never,
      })) {
        const text = embeddingTextOf(title, chunk);
        texts.push(text);
        keys.push(embeddingKeyOf('hashing-64', text));
      }
      expect(keys.length).toBeGreaterThan(12);
      const kept = await bench.store.chunks.tokenVectorsByKey(ref, keys);
      expect(keys.map((key) => kept.get(key))).toEqual(texts.map(tokenVectorsOf));
      await pass(generation.number);
      await promote(ports, await corpusNow(), unforced);
    }
  });

  it('asks the model for just the texts that a plan of smaller chunks names', async () => {
    await process.ingest();
    const corpus = await corpusNow();
    const settings = { chunkTokens: 64 };
    const next = nextGeneration(process.ports, corpus, settings, createHashingEmbedder());
    const plan = await planBuild(process.ports, corpus, next, {}, never);
    const split = plan.effects.find(({ setting }) => setting === 'chunk tokens');
    expect(split).toMatchObject({ from: '128', to: '64', effect: 're-chunk' });
    bench.embedded.length = 0;
    await built(settings);
    expect(bench.embedded).toHaveLength(plan.chunks.toEmbed);
    expect(plan.chunks.toEmbed).toBeGreaterThan(0);
  });

  it('is seen by nobody before it is switched to, and then by everybody', async () => {
    await process.ingest();
    const found = await bench.found();
    const { generation } = await built({ embedder: other });
    expect(await liveDimensions()).toBe(64);
    const corpus = await corpusNow();
    expect(corpus).toMatchObject({ liveGeneration: 1, buildingGeneration: 2 });
    expect(generationNumbered(corpus, generation.number).state).toBe('ready');

    await promote(process.ports, corpus, forced);
    expect(await liveDimensions()).toBe(32);
    expect(await corpusNow()).toMatchObject({ liveGeneration: 2, buildingGeneration: null });
    const chunks = bench.store.chunks.export(liveRef(await corpusNow()), { vectors: false, signal: never });
    const ids = (await Array.fromAsync(chunks)).map(({ documentId }) => documentId);
    expect([...new Set(ids)].sort()).toEqual(found);
  });

  it('has what syncs changed and deleted while it was being built, before it is called ready', async () => {
    await process.ingest();
    const atWork = Promise.withResolvers<void>();
    onOther = async () => {
      atWork.resolve();
      await wait(50);
    };
    const { run } = await build({ embedder: other });
    await atWork.promise;
    bench.documents.set('page-0', textOf(500));
    bench.documents.set('page-new', textOf(501));
    bench.documents.delete('page-1');
    expect((await process.ingest()).documents).toMatchObject({ new: 1, changed: 1, deleted: 1 });

    expect((await process.untilEnded(run.runId)).state).toBe('completed');
    const corpus = await corpusNow();
    const next = generationRef(corpus, generationNumbered(corpus, 2));
    expect(await compareGenerations(bench.store, next, liveRef(corpus))).toEqual({
      documents: 0,
      samples: [],
    });
    const page = await bench.store.chunks.ofDocument(next, documentIdOf('page-new'));
    expect(page.length).toBeGreaterThan(0);
    expect(await bench.store.chunks.ofDocument(next, documentIdOf('page-1'))).toEqual([]);
  });

  it('takes the text as it stands, though the source is away or has changed, and a plan says so before', async () => {
    await process.ingest();
    const found = await bench.found();
    bench.documents.set('page-0', textOf(700));
    const away = () => {
      throw new AppError('unavailable', 'the source is not there');
    };
    Object.assign(bench.troubles, { onScan: away, onRead: away });
    const ports = { ...withModels(process.ports), loadEmbedder: async () => otherEmbedder };
    const corpus = await corpusNow();
    const next = nextGeneration(ports, corpus, { embedder: other }, otherEmbedder);
    const plan = await planBuild(ports, corpus, next, { fromText: true }, never);
    otherTexts.length = 0;
    const { run } = await startBuild(ports, corpus.name, { embedder: other }, { fromText: true });
    expect((await process.untilEnded(run.runId)).documents).toMatchObject({ new: 12, failed: 0 });
    expect(otherTexts).toHaveLength(plan.chunks.toEmbed);
    await promote(process.ports, await corpusNow(), forced);
    const chunks = bench.store.chunks.export(liveRef(await corpusNow()), { vectors: false, signal: never });
    const texts = await Array.fromAsync(chunks);
    expect([...new Set(texts.map(({ documentId }) => documentId))].sort()).toEqual(found);
    expect(texts.find(({ documentId }) => documentId === 'page-0')?.text).toContain(textOf(0).slice(0, 20));
    await expect(
      startBuild(ports, corpus.name, { chunkTokens: 64 }, { fromText: true }),
    ).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('is not covered where the live generation has documents in a place that is lost', async () => {
    await process.ingest();
    Object.assign(bench.troubles, { lost: new Set(['page-1', 'page-9']) });
    for (const id of ['page-1', 'page-10', 'page-2']) bench.documents.delete(id);
    const lost = [{ prefix: 'page-1', sourceId: 'main' }];
    const corpus = await corpusNow();
    const next = nextGeneration(process.ports, corpus, {}, createHashingEmbedder());
    const plan = await planBuild(process.ports, corpus, next, {}, never);
    expect(plan).toMatchObject({ documents: { new: 9 }, covered: false, uncovered: lost });
    const { report } = await built();
    expect(report).toMatchObject({ documents: { new: 9 }, run: { plan: { uncovered: lost } } });
  });

  it('goes on where a process was killed, and asks for nothing twice that was indexed', async () => {
    await process.ingest();
    let calls = 0;
    onOther = async () => {
      calls += 1;
      if (calls === 3) await new Promise(() => {});
    };
    const first = await build({ embedder: other });
    await bench.untilRun(first.run.runId, () => calls >= 3);
    await process.kill();
    onOther = async () => {};
    const indexed = new Set(otherTexts);

    process = await bench.boot(withModels);
    await cancelRun(process.ports, first.run.runId, 'its process is gone');
    const { generation } = await built({ embedder: other });
    expect(generation.number).toBe(first.generation.number);
    const repeated = otherTexts.length - new Set(otherTexts).size;
    expect(repeated).toBeLessThanOrEqual(indexed.size);
    expect((await corpusNow()).generations).toHaveLength(2);
  });

  it('leaves nothing behind when it is canceled, and its number to nobody', async () => {
    await process.ingest();
    onOther = () => wait(50);
    const { run, generation } = await build({ embedder: other });
    const ref = generationRef(bench.corpus, generation);
    await dropBuild(process.ports, await cancelRun(process.ports, run.runId));
    const corpus = await corpusNow();
    expect(corpus).toMatchObject({
      liveGeneration: 1,
      buildingGeneration: null,
      activeRuns: { 1: expect.any(String) },
    });
    expect(corpus.generations).toHaveLength(1);
    await expect(bench.store.manifest.tally(ref)).rejects.toBeInstanceOf(AppError);
    onOther = async () => {};
    expect((await built({ embedder: other })).generation.number).toBe(3);
  });

  it('leaves nothing behind either where the process that canceled it ended before it came to that', async () => {
    await process.ingest();
    onOther = () => wait(50);
    const { run } = await build({ embedder: other });
    const { finishedAt } = await cancelRun(process.ports, run.runId);
    const numbers = async () => (await corpusNow()).generations.map(({ number }) => number);
    // Another run may be about to go on with it.
    await dropExpired(process.ports, never);
    expect(await numbers()).toEqual([1, 2]);
    const later = new Date(Date.parse(finishedAt ?? '') + 11_000);
    await dropExpired({ ...process.ports, now: () => later }, never);
    expect(await numbers()).toEqual([1]);
  });

  it('is one at a time: another with other settings is refused, and says what to do', async () => {
    await process.ingest();
    await built({ embedder: other });
    await expect(build({ chunkTokens: 64 })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('winnow promote handbook'),
    });
    // Without settings it is the one that is there, brought up to date.
    bench.documents.set('page-new', textOf(502));
    expect((await built()).report.documents).toMatchObject({ new: 1, unchanged: 12 });
  });
});

describe('the switch', () => {
  beforeEach(async () => {
    await process.ingest();
    await built({ embedder: other });
  });

  it('needs a report, of this very state and compared with what is live', async () => {
    const refusal = async () => {
      try {
        await promote(process.ports, await corpusNow(), unforced);
        return 'switched';
      } catch (thrown) {
        return AppError.from(thrown).message;
      }
    };
    expect(await refusal()).toContain('was not verified');
    await pass(2);
    bench.documents.set('page-0', textOf(600));
    await built();
    expect(await refusal()).toContain('was not verified');
    await pass(2);
    await process.ingest();
    expect(await refusal()).toBe('switched');
  });

  it('is refused while the generation lacks what a sync has changed since', async () => {
    await pass(2);
    bench.documents.set('page-0', textOf(601));
    await process.ingest();
    await expect(promote(process.ports, await corpusNow(), unforced)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('page-0'),
    });
    await expect(promote(process.ports, await corpusNow(), forced)).resolves.toMatchObject({
      live: 2,
      before: 1,
      gap: { documents: 1 },
    });
    expect((await corpusNow()).switches).toMatchObject([
      { kind: 'promote', from: 1, to: 2, forced: 'a test' },
    ]);
  });

  it('is not made where a run began since it was decided on', async () => {
    await pass(2);
    const corpus = await corpusNow();
    await process.ingest();
    await expect(promote(process.ports, corpus, unforced)).rejects.toMatchObject({
      message: expect.stringContaining('changed meanwhile'),
    });
    expect((await corpusNow()).liveGeneration).toBe(1);
  });

  it('goes back to what was live before, and forth again without another look', async () => {
    await pass(2);
    await promote(process.ports, await corpusNow(), unforced);
    expect(await rollback(process.ports, await corpusNow(), { signal: never })).toMatchObject({
      live: 1,
      before: 2,
      gap: { documents: 0 },
    });
    expect(await liveDimensions()).toBe(64);
    await promote(process.ports, await corpusNow(), unforced);
    expect(await liveDimensions()).toBe(32);
    await expect(bench.store.runs.active()).resolves.toEqual([]);
  });

  it('goes back only to what was live before, and never by itself to what it came back from', async () => {
    await pass(2);
    await promote(process.ports, await corpusNow(), unforced);
    await rollback(process.ports, await corpusNow(), { signal: never });
    await expect(rollback(process.ports, await corpusNow(), { signal: never })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('no generation to go back to'),
    });
    expect((await corpusNow()).liveGeneration).toBe(1);
  });

  it('is made to no generation whose index has lost what it was verified with, nor back to one that is gone', async () => {
    await pass(2);
    const emptied = damagedPorts(process, () => null);
    await expect(promote(emptied, await corpusNow(), forced)).rejects.toMatchObject({
      message: expect.stringContaining('holds none of its 12 documents'),
    });
    const lacking = damagedPorts(process, (version) =>
      version.documentKey === keyOf('page-3') ? { ...version, chunks: version.chunks - 1 } : version,
    );
    await expect(promote(lacking, await corpusNow(), unforced)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('lacks chunks of 1 of its 12 documents (page-3)'),
    });
    await promote(lacking, await corpusNow(), forced);
    const { store } = process.ports;
    const gone = async () => {
      throw new AppError('not_found', 'there is no such index');
    };
    const without = { ...process.ports, store: { ...store, chunks: { ...store.chunks, census: gone } } };
    await expect(rollback(without, await corpusNow(), { signal: never })).rejects.toMatchObject({
      message: expect.stringContaining('generation 1 of handbook holds none of its 12 documents'),
    });
    expect((await corpusNow()).liveGeneration).toBe(2);
  });

  it('keeps the generation before for its time and then gives it up, and there is no way back', async () => {
    await pass(2);
    await promote(process.ports, await corpusNow(), unforced);
    const old = generationNumbered(await corpusNow(), 1);
    await dropExpired(process.ports, never);
    expect((await corpusNow()).generations).toHaveLength(2);
    const later = new Date(Date.parse(old.expiresAt ?? '') + 1);
    await dropExpired({ ...process.ports, now: () => later }, never);
    expect((await corpusNow()).generations.map(({ number }) => number)).toEqual([2]);
    await expect(rollback(process.ports, await corpusNow(), { signal: never })).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    await process.ingest();
    expect(await liveDimensions()).toBe(32);
  });

  it('has the next sync write to what is live by then', async () => {
    await pass(2);
    await promote(process.ports, await corpusNow(), unforced);
    bench.documents.set('page-0', textOf(603));
    otherTexts.length = 0;
    const { run, documents } = await process.ingest();
    expect(run.generation).toBe(2);
    expect(documents).toMatchObject({ changed: 1 });
    expect(otherTexts.length).toBeGreaterThan(0);
  });
});
