import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Corpus, Gate, VerificationReport } from '@winnow/core';
import { randomOf } from '@winnow/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import type { GivenGolden, VerifyOptions } from './quality/engine-quality.ts';
import { createEngineGolden } from './quality/golden.ts';
import { createEngineQuality } from './quality/quality.ts';
import {
  type OpenedStore,
  openElasticsearch,
  openEmbedded,
  openTestGenerations,
  type TestGenerations,
  type TestGenerationsOptions,
} from './test-generations.ts';

const signal = new AbortController().signal;
const name = 'verified';

/** Documents of words of their own among words that all have, and a query for each that shares some. */
const { documents, golden } = library(40);

function library(count: number): { documents: ReadonlyMap<string, string>; golden: GivenGolden } {
  const random = randomOf(7);
  const word = () => Math.floor(random() * 26 ** 4).toString(36);
  const common = Array.from({ length: 6 }, word);
  const texts = new Map<string, string>();
  const queries = [];
  for (let at = 0; at < count; at += 1) {
    const own = Array.from({ length: 6 }, word);
    texts.set(`d${at}`, [...own, ...common].join(' '));
    queries.push({ queryId: `q${at}`, text: [...own.slice(0, 2), common[at % 6], word()].join(' ') });
  }
  const judgements = queries.map(({ queryId }, at) => ({ queryId, documentId: `d${at}`, grade: 1 }));
  return { documents: texts, golden: { queries, judgements } };
}

let opened: TestGenerations | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

describe.each<readonly [string, () => Promise<OpenedStore>]>([
  ['the embedded index', openEmbedded],
  ['Elasticsearch', openElasticsearch],
])('verifyGeneration on %s', (_name, openStore) => {
  async function open(options: Partial<TestGenerationsOptions> = {}, change: Partial<Corpus> = {}) {
    opened = await openTestGenerations(await openStore(), {
      live: 'fine',
      next: 'fine',
      documents,
      ...options,
    });
    const { store, ports } = opened;
    await store.corpora.update(await opened.corpus(), (corpus) => ({ ...corpus, ...change }));
    const quality = createEngineQuality(ports);
    return {
      ...opened,
      quality,
      golden: createEngineGolden(ports),
      verify: (request: VerifyOptions = {}) => quality.verify(name, request, signal),
      generations: opened,
    };
  }

  const gate = ({ gates }: VerificationReport, wanted: string): Gate | undefined =>
    gates.find((each) => each.name === wanted);
  const failedOf = ({ gates }: VerificationReport) =>
    gates.filter(({ passed }) => !passed).map((each) => each.name);
  const keptReport = async (number: number) =>
    (await opened?.corpus())?.generations.find((each) => each.number === number)?.report;

  it('passes a generation that is as good, and keeps the report with it', async () => {
    const { verify, golden: engineGolden } = await open();
    await engineGolden.put(name, golden, signal);
    const { report, comparisons, golden: measured } = await verify();
    expect(failedOf(report)).toEqual([]);
    expect(report).toMatchObject({ generation: 2, comparedWith: 1, passed: true });
    expect(gate(report, 'coverage')).toMatchObject({ value: 1 });
    expect(gate(report, 'agreement')?.value).toBeGreaterThan(0.99);
    expect(gate(report, 'vectors')?.value).toBeGreaterThanOrEqual(0.97);
    expect(comparisons).toHaveLength(40);
    expect(measured).toHaveLength(40);
    expect(await keptReport(2)).toEqual(report);
    expect(await keptReport(1)).toBeNull();
  });

  it('passes one that is better, and says by how much', async () => {
    const { verify, golden: engineGolden } = await open({ live: 'coarse', next: 'fine' });
    await engineGolden.put(name, golden, signal);
    const { report, differences, embedders } = await verify();
    expect(failedOf(report)).toEqual([]);
    expect(embedders).toEqual({ live: 'coarse', next: 'fine' });
    const dense = differences.find(({ mode, metric }) => mode === 'dense' && metric === 'ndcg@10');
    expect(dense?.difference.low).toBeGreaterThan(0.1);
    expect(gate(report, 'agreement')?.value).toBeLessThan(1);
  });

  it('does not pass one that is worse by vectors, though words make up for it', async () => {
    const { verify, golden: engineGolden } = await open({ live: 'fine', next: 'coarse' });
    await engineGolden.put(name, golden, signal);
    const { report } = await verify();
    expect(failedOf(report)).toContain('quality dense ndcg@10');
    expect(report.passed).toBe(false);
    expect(gate(report, 'quality dense ndcg@10')?.value).toBeLessThan(-0.1);
    expect(await keptReport(2)).toMatchObject({ passed: false });
  });

  it('asks for the floor of agreement that the corpus has', async () => {
    const verification = { qualityMargin: 0.02, agreementFloor: 0.99, vectorRecallFloor: 0.97 };
    const { verify } = await open({ live: 'fine', next: 'coarse' }, { verification });
    const { report } = await verify();
    expect(failedOf(report)).toEqual(['agreement']);
    expect(gate(report, 'quality')).toMatchObject({ passed: true, value: null });
  });

  it('names documents that readers find today and it does not have, and bounds those that failed', async () => {
    const { verify, remove, fail } = await open();
    await remove(2, 'd3');
    await fail(2, 'd5');
    const { report, coverage } = await verify();
    expect(coverage.missing).toEqual({ count: 1, samples: [{ documentId: 'd3', detail: 'deleted in it' }] });
    expect(coverage.failed).toMatchObject({ count: 1, samples: [{ documentId: 'd5' }] });
    expect(failedOf(report)).toEqual(['coverage']);
    expect(gate(report, 'size')).toMatchObject({ passed: true, value: 38 / 40 });
    expect(gate(report, 'coverage')?.detail).toContain('malformed: cut in the middle');
  });

  it('fails for a document that was never taken up, and for more lost ones than may be deleted', async () => {
    const few = new Map([...documents].slice(0, 29));
    const { verify } = await open({ nextDocuments: few });
    const { report, coverage } = await verify();
    expect(coverage.missing).toMatchObject({ count: 11 });
    expect(coverage.missing.samples[0]?.detail).toBe('not known to it');
    expect(failedOf(report)).toEqual(['coverage', 'size']);
  });

  it('does not pass a generation that is written to while it is looked at', async () => {
    const { verify, generations } = await open();
    let isDone = false;
    generations.onQuery = async () => {
      if (isDone) return;
      isDone = true;
      await generations.remove(2, 'd1');
    };
    const { report } = await verify();
    expect(failedOf(report)).toEqual(['state']);
    expect(report.passed).toBe(false);
  });

  it('looks at the live generation where none is ready, against itself', async () => {
    const { verify, store, corpus } = await open();
    await store.corpora.update(await corpus(), (current) => ({
      ...current,
      generations: current.generations.slice(0, 1),
      buildingGeneration: null,
    }));
    const { report } = await verify();
    expect(report).toMatchObject({ generation: 1, comparedWith: 1, passed: true });
    expect(await keptReport(1)).toEqual(report);
  });

  it('refuses one that is being built, and keeps no report of one that was given up meanwhile', async () => {
    const { verify, store, corpus, generations } = await open();
    const become = async (state: 'building' | 'dropped' | 'ready') =>
      await store.corpora.update(await corpus(), (current) => ({
        ...current,
        generations: current.generations.map((each) => (each.number === 2 ? { ...each, state } : each)),
      }));
    await become('building');
    await expect(verify()).rejects.toMatchObject({ code: 'failed_precondition' });
    await become('ready');
    generations.onQuery = async () => {
      await become('dropped');
    };
    await expect(verify()).rejects.toMatchObject({ code: 'failed_precondition' });
    expect(await keptReport(2)).toBeNull();
    await expect(verify({ generation: 7 })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuses golden queries of which some are lost, and takes others for one look', async () => {
    const { verify, golden: engineGolden, store, corpus, quality } = await open();
    await engineGolden.put(name, golden, signal);
    const { corpusId } = await corpus();
    await store.golden.keepOnly(corpusId, null);
    await expect(verify()).rejects.toMatchObject({ code: 'failed_precondition' });
    await expect(quality.evaluate(name, {}, signal)).rejects.toMatchObject({ code: 'failed_precondition' });
    const folder = await mkdtemp(join(tmpdir(), 'winnow-golden-'));
    try {
      const path = join(folder, 'golden.csv');
      await writeFile(path, `query,documentId\n${golden.queries[0]?.text},d0\n`);
      const { report } = await verify({ golden: { path } });
      expect(gate(report, 'quality hybrid ndcg@10')?.detail).toContain(`over 1 golden queries of ${path}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('fails where an embedder does not answer, instead of comparing words alone', async () => {
    const { verify, generations } = await open();
    let asked = 0;
    generations.onQuery = async () => {
      asked += 1;
      // It goes away once the vectors were looked at: a search alone would go on by words.
      if (asked > documents.size) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    };
    await expect(verify()).rejects.toThrow('connect');
    expect(await keptReport(2)).toBeNull();
  });

  it('compares by recorded searches where there are enough, by a file where one is given', async () => {
    const { verify, store, corpus } = await open({}, { recording: { enabled: true, days: 30 } });
    const { corpusId } = await corpus();
    const folder = await mkdtemp(join(tmpdir(), 'winnow-queries-'));
    try {
      await writeFile(join(folder, 'queries.txt'), 'one query\nanother\n');
      const asked = golden.queries.slice(0, 13).map(({ queryId, text }, at) => ({
        queryId,
        corpusId,
        generation: 1,
        text: at === 11 ? (golden.queries[0]?.text ?? '') : text,
        kind: 'search' as const,
        at: new Date(Date.now() - 1_000 * (at === 12 ? 31 * 86_400 : at)).toISOString(),
      }));
      // Two are the same, and one is older than what is kept.
      await store.queryLog.record(asked);
      expect((await verify()).comparisons).toHaveLength(11);
      expect(gate((await verify()).report, 'agreement')?.detail).toContain('11 queries (recorded searches)');
      const byFile = await verify({ queries: join(folder, 'queries.txt') });
      expect(byFile.comparisons.map(({ query }) => query)).toEqual(['one query', 'another']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
