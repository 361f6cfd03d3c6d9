import { noCounts, type Run } from '@winnow/core';
import { corpusOf, createHashingEmbedder, runOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import type { IngestPorts } from '../ports.ts';
import { estimateSeconds, measuredRates, tryModel } from './estimate-seconds.ts';

const corpus = corpusOf('handbook');
const [generation] = corpus.generations;
const { signal } = new AbortController();

describe('estimateSeconds', () => {
  const rates = { tokensPerSecond: 100, documentsPerSecond: 2 };

  it('is the longer of reading and embedding, which go on at the same time', () => {
    expect(estimateSeconds({ documents: 10, tokens: 5_000 }, rates)).toBe(50);
    expect(estimateSeconds({ documents: 1_000, tokens: 5_000 }, rates)).toBe(500);
  });

  it('is nothing where there is nothing to do, and null where a rate is not known that is needed', () => {
    const unknown = { tokensPerSecond: null, documentsPerSecond: 2 };
    expect(estimateSeconds({ documents: 0, tokens: 0 }, unknown)).toBe(0);
    expect(estimateSeconds({ documents: 4, tokens: 0 }, unknown)).toBe(2);
    expect(estimateSeconds({ documents: 4, tokens: 10 }, unknown)).toBeNull();
  });
});

describe('measuredRates', () => {
  const startedAt = '2026-01-02T03:00:00.000Z';
  const finishedAt = '2026-01-02T03:01:40.000Z';
  const completed = (tokens: number, documents: number, more: Partial<Run> = {}) =>
    runOf(`run-${tokens}`, corpus, {
      state: 'completed',
      counts: { ...noCounts, new: documents, tokens },
      startedAt,
      finishedAt,
      ...more,
    });
  const ratesOf = async (runs: readonly Run[]) => {
    if (generation === undefined) throw new Error('a corpus has a generation');
    const ports = { store: { runs: { list: async () => runs } }, now: () => new Date(finishedAt) };
    return await measuredRates(ports as unknown as IngestPorts, corpus, generation);
  };

  it('takes each rate from the run that did most of it, without the time that it waited', async () => {
    const waited = [{ reason: 'paused', seconds: 50 }] as const;
    const runs = [completed(10, 900), completed(50_000, 100, { waited })];
    expect(await ratesOf(runs)).toEqual({ tokensPerSecond: 1_000, documentsPerSecond: 9 });
  });

  it('takes no notice of runs that failed, wrote elsewhere, or waited for a provider', async () => {
    const others = [
      completed(10_000, 10, { state: 'failed' }),
      completed(10_000, 10, { physicalName: 'handbook.other.g1' as Run['physicalName'] }),
      completed(10_000, 10, { backfill: { state: 'collected', batches: [] } }),
    ];
    expect(await ratesOf(others)).toEqual({ tokensPerSecond: null, documentsPerSecond: null });
  });
});

describe('tryModel', () => {
  const samples = Array.from({ length: 20 }, (_, index) => ({ text: `a text ${index}`, tokenCount: 3 }));

  it('measures a local model, in calls that it takes', async () => {
    const sizes: number[] = [];
    const onCall = (texts: readonly string[]) => void sizes.push(texts.length);
    const embedder = createHashingEmbedder({ maxTextsPerCall: 2, onCall });
    expect(await tryModel(embedder, samples, signal)).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBe(2);
  });

  it('never calls a model that is paid, nor one that there is nothing for', async () => {
    const onCall = () => {
      throw new Error('called');
    };
    expect(await tryModel(createHashingEmbedder({ location: 'remote', onCall }), samples, signal)).toBeNull();
    expect(await tryModel(createHashingEmbedder({ onCall }), [], signal)).toBeNull();
  });
});
