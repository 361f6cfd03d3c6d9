import { AppError, type Store } from '@winnow/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { IngestPorts } from '../ports.ts';
import type { PlannedDocument, PlanOptions } from './corpus-plan.ts';
import { planCorpus } from './plan-corpus.ts';
import {
  malformed,
  openTestCorpus,
  type TestCorpus,
  type TestCorpusOptions,
  testText,
} from './test-corpus.ts';

const { signal } = new AbortController();
let open: TestCorpus[] = [];

afterEach(async () => {
  for (const house of open) await house.close();
  open = [];
});

async function corpusWith(options?: TestCorpusOptions): Promise<TestCorpus> {
  const house = await openTestCorpus(options);
  open.push(house);
  return house;
}

const planOf = (
  { ports, corpus }: TestCorpus,
  options: PlanOptions = {},
  changed: Partial<IngestPorts> = {},
) => planCorpus({ ...ports, ...changed }, corpus, options, signal);

describe('planCorpus', () => {
  it('says of an ingest what it then does', async () => {
    const house = await corpusWith();
    house.documents.set('page-3', malformed);
    house.documents.set('page-4', null);
    const plan = await planOf(house);
    expect(plan.documents).toEqual({
      new: 10,
      changed: 0,
      unchanged: 0,
      deleted: 0,
      unreadable: 2,
      outdated: 0,
    });
    const report = await house.bench.ingest();
    expect(report.documents).toMatchObject({ new: 10, failed: 2 });
    expect(plan.chunks).toEqual({ toEmbed: report.chunks.embedded, reusable: report.chunks.reused });
    expect(plan.tokens).toBe(report.tokens);
    expect(plan.covered).toBe(true);
    expect(plan.samples.unreadable.toSorted()).toEqual(['page-3', 'page-4']);
    expect(plan.samples.new).toHaveLength(5);
  });

  it('finds nothing to do behind an ingest, and asks for no model', async () => {
    const house = await corpusWith();
    await house.bench.ingest();
    const embedderOf = () => Promise.reject(new Error('asked for'));
    const plan = await planOf(house, {}, { embedderOf });
    expect(plan).toMatchObject({ documents: { unchanged: 12, new: 0 }, chunks: { toEmbed: 0, reusable: 0 } });
    expect(plan).toMatchObject({ planned: 0, tokens: 0, estimatedSeconds: 0 });
  });

  it('writes nothing, whatever there is to do', async () => {
    const house = await corpusWith();
    await house.bench.ingest();
    house.documents.set('page-0', 'Changed.');
    house.documents.set('page-20', 'New.');
    house.documents.delete('page-1');
    const { store } = house;
    const manifest = onlyReading(store.manifest, ['get', 'list', 'tally']);
    const chunks = onlyReading(store.chunks, ['vectorsByKey']);
    const runs = onlyReading(store.runs, ['list']);
    const plan = await planOf(house, {}, { store: { ...store, manifest, chunks, runs } });
    expect(plan.documents).toMatchObject({ new: 1, changed: 1, deleted: 1, unchanged: 10 });
  });

  it('is not covered in a place that is lost, and says which', async () => {
    const lost = new Set(['page-1']);
    const house = await corpusWith({ troubles: { lost } });
    await house.bench.ingest();
    for (const id of ['page-1', 'page-10', 'page-2']) house.documents.delete(id);
    const plan = await planOf(house);
    expect(plan).toMatchObject({ documents: { deleted: 1 }, deletions: { count: 1 }, covered: false });
    expect(plan.uncovered).toMatchObject([{ prefix: 'page-1', sourceId: 'main' }]);
  });

  it('does not count what index, cache or the plan itself know', async () => {
    const house = await corpusWith({ documents: 2 });
    await house.bench.ingest();
    house.documents.set('page-0', `${testText(0)}\n\nOne more paragraph at the end of it.`);
    const { chunks, tokens } = await planOf(house);
    const report = await house.bench.ingest();
    expect(chunks).toEqual({ toEmbed: report.chunks.embedded, reusable: report.chunks.reused });
    expect(chunks.reusable).toBeGreaterThan(0);
    expect(tokens).toBe(report.tokens);

    const remote = await corpusWith({ documents: 3, embedder: { location: 'remote' } });
    const embeddingCache = {
      ...remote.ports.embeddingCache,
      get: async (keys: readonly unknown[]) => allOf(keys),
    };
    const cached = await planOf(remote, {}, { embeddingCache } as unknown as Partial<IngestPorts>);
    expect(cached.chunks.toEmbed).toBe(0);
    expect(cached.tokens).toBe(0);
  });

  it('counts equal texts once', async () => {
    const house = await corpusWith({
      documents: 0,
      parse: async ({ content }) => {
        const text = new TextDecoder().decode(content);
        const block = { kind: 'paragraph', start: 0, end: text.length, headings: [] } as const;
        return { ok: true, document: { title: 'Same', text, blocks: [block], metadata: {}, warnings: [] } };
      },
    });
    for (const id of ['a', 'b', 'c']) house.documents.set(id, 'The very same text.');
    expect((await planOf(house)).chunks).toEqual({ toEmbed: 1, reusable: 2 });
  });

  it('says what it costs by the price list, and not where no price is known', async () => {
    const house = await corpusWith({ documents: 2 });
    const price = { usdPerMillionTokens: 20, listDate: '2026-01' };
    const priced = await planOf(house, {}, { priceOf: async () => price });
    expect(priced.cost.usd).toBeCloseTo((priced.tokens * 20) / 1_000_000, 12);
    expect(priced.cost).toMatchObject({ model: 'test', priceDate: '2026-01' });
    expect((await planOf(house)).cost).toEqual({ usd: null, model: 'test', priceDate: null });
  });

  it('withholds deletions beyond the guard, names them all the same, and lets approved ones through', async () => {
    const house = await corpusWith({ documents: 30 });
    await house.bench.ingest();
    for (let index = 0; index < 11; index++) house.documents.delete(`page-${index}`);
    const changes: PlannedDocument[] = [];
    const onChanges = async (more: readonly PlannedDocument[]) => void changes.push(...more);
    const plan = await planOf(house, { onChanges });
    expect(plan.deletions).toEqual({ count: 11, withheld: 11, limit: 10 });
    expect(plan.documents.deleted).toBe(0);
    expect(changes).toHaveLength(11);
    const report = await house.bench.ingest();
    expect(report.run.withheld).toEqual({ count: 11, limit: 10 });

    const approved = await planOf(house, { approvedDeletions: 11 });
    expect(approved.documents.deleted).toBe(11);
    expect(approved.deletions).toEqual({ count: 11, withheld: 0, limit: 11 });
    expect(approved.digest).toBe(plan.digest);
  });

  it('deletes nothing where it could not look, and says where', async () => {
    const uncovered = new Set<string>();
    const house = await corpusWith({ troubles: { uncovered } });
    await house.bench.ingest();
    uncovered.add('page-1');
    house.documents.delete('page-10');
    house.documents.delete('page-2');
    const plan = await planOf(house);
    expect(plan).toMatchObject({
      covered: false,
      deletions: { count: 1 },
      uncovered: [{ prefix: 'page-1' }],
    });
  });

  it('says that a source which is not there is not there', async () => {
    const house = await corpusWith();
    await house.bench.ingest();
    house.documents.clear();
    await expect(planOf(house)).rejects.toMatchObject({ code: 'not_found', part: 'source' });
  });

  it('makes unchanged documents anew only where it is asked to', async () => {
    const house = await corpusWith({ documents: 4 });
    await house.bench.ingest();
    const making = { ...house.ports.making, parser: 'newer' };
    const kept = await planOf(house, {}, { making });
    expect(kept).toMatchObject({ documents: { outdated: 4 }, planned: 0 });
    const remade = await planOf(house, { remake: true }, { making });
    expect(remade).toMatchObject({ documents: { outdated: 4 }, planned: 4, chunks: { toEmbed: 0 } });
  });

  it('plans a retry of the inbox alone', async () => {
    const house = await corpusWith();
    house.documents.set('page-3', malformed);
    house.documents.set('page-4', null);
    await house.bench.ingest();
    house.documents.set('page-3', 'Mended.');
    house.documents.set('page-20', 'New, and of no concern.');
    house.documents.delete('page-1');
    const plan = await planOf(house, { kind: 'retry', scope: { cause: 'malformed' } });
    expect(plan).toMatchObject({ planned: 1, documents: { new: 1, deleted: 0 }, chunks: { toEmbed: 1 } });
  });

  it('has the same digest for the same changes, and another for others', async () => {
    const house = await corpusWith();
    const { digest } = await planOf(house);
    expect((await planOf(house)).digest).toBe(digest);
    house.documents.set('page-0', 'Changed.');
    expect((await planOf(house)).digest).not.toBe(digest);
  });

  it('takes a document for unreadable that is gone or spoiled when it is read, and no other', async () => {
    const onRead = (id: string) => {
      if (id === 'page-2') throw new AppError('not_found', 'it is gone');
    };
    const house = await corpusWith({ troubles: { onRead } });
    expect((await planOf(house)).documents).toMatchObject({ new: 11, unreadable: 1 });
  });

  it('stops at once when it is told to', async () => {
    const house = await corpusWith();
    const aborted = AbortSignal.abort();
    await expect(planCorpus(house.ports, house.corpus, {}, aborted)).rejects.toThrow();
  });

  it('tells how far it is', async () => {
    const house = await corpusWith();
    const seen: number[] = [];
    await planOf(house, { onProgress: ({ prepared }) => seen.push(prepared) });
    expect(seen.at(-1)).toBe(12);
  });
});

function allOf(keys: readonly unknown[]): ReadonlyMap<unknown, Float32Array> {
  return new Map(keys.map((key) => [key, new Float32Array(64)]));
}

/** A part of a store of which only these methods may be called. */
function onlyReading<Part extends Store['manifest'] | Store['chunks'] | Store['runs']>(
  part: Part,
  allowed: readonly string[],
): Part {
  return new Proxy(part, {
    get(target, name) {
      if (typeof name === 'string' && !allowed.includes(name)) throw new Error(`${name} was called`);
      return Reflect.get(target, name);
    },
  });
}
