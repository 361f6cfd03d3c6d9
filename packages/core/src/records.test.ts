import { describe, expect, it } from 'vitest';
import { type Corpus, corpusVersion, liveRef } from './corpus.ts';
import { corpusOfRecord, onlySourceId, runOfRecord, scheduleOfRecord } from './records.ts';
import { type Run, runRef, runVersion } from './run.ts';

const firstCorpus = {
  name: 'handbook',
  settings: {
    source: { kind: 'folder', path: '/srv/handbook', include: ['**/*'], exclude: [] },
    language: 'en',
    embedder: 'all-MiniLM-L6-v2',
    chunking: { targetTokens: 256, overlapRatio: 0.12 },
  },
  generation: 1,
  fingerprint: 'abc',
  dimensions: 384,
  createdAt: '2026-11-23T08:00:00.000Z',
};
const firstRun = {
  runId: '20261123T080000-0a1b2c3d',
  corpus: 'handbook',
  generation: 1,
  state: 'running',
  changes: { new: 3, changed: 1, unchanged: 2, deleted: 0 },
  reason: null,
  startedAt: '2026-11-23T08:00:00.000Z',
  finishedAt: null,
};

describe('records of the first version', () => {
  it('come forward with one source, and one generation in the place that it has always had', () => {
    const corpus = corpusOfRecord(firstCorpus);
    expect(corpus).toMatchObject({
      version: corpusVersion,
      name: 'handbook',
      language: 'en',
      sources: [{ sourceId: onlySourceId, prefix: '', settings: firstCorpus.settings.source }],
      liveGeneration: 1,
      buildingGeneration: null,
      deletingSince: null,
    });
    expect(liveRef(corpus)).toEqual({ corpus: 'handbook', generation: 1, physicalName: 'handbook.g1' });
    expect(corpus.generations).toMatchObject([
      { embedder: 'all-MiniLM-L6-v2', dimensions: 384, state: 'live' },
    ]);
  });

  it('have the same id for everybody who brings them forward, and another for another corpus of the name', () => {
    const again = corpusOfRecord({ ...firstCorpus, createdAt: '2026-11-24T08:00:00.000Z' });
    expect(corpusOfRecord(firstCorpus).corpusId).toBe(corpusOfRecord(firstCorpus).corpusId);
    expect(corpusOfRecord(firstCorpus).corpusId).not.toBe(again.corpusId);
  });

  it('of runs go on where they were, in the place of their corpus', () => {
    const run = runOfRecord(firstRun);
    expect(run).toMatchObject({ version: runVersion, kind: 'sync', state: 'running', waiting: null });
    expect(run.chains).toEqual([1, 1, 1, 1]);
    expect(runRef(run)).toEqual(liveRef(corpusOfRecord(firstCorpus)));
    expect(runOfRecord({ ...firstRun, state: 'completed' }).chains).toEqual([-1, -1, -1, -1]);
  });
});

describe('a corpus record of version 3', () => {
  it('has no removed sources, and is otherwise as it was', () => {
    const { removedSources, ...rest } = corpusOfRecord(firstCorpus);
    expect(removedSources).toEqual([]);
    expect(corpusOfRecord({ ...rest, version: 3 })).toEqual({ ...rest, removedSources: [] });
  });
});

describe('records of a later version', () => {
  it.each([
    ['corpus', corpusOfRecord, firstCorpus],
    ['run', runOfRecord, firstRun],
  ] as const)('of a %s keep what they have beyond this one', (_kind, read, first) => {
    const record: Corpus | Run = read(first);
    const later = { ...record, version: 9, schedule: { cron: '0 2 * * *' } };
    expect(read(JSON.parse(JSON.stringify(later)))).toEqual(later);
  });

  it('of a schedule keep what they have beyond this one', () => {
    const later = { version: 9, corpus: 'handbook', cron: '0 2 * * *', holidays: ['2027-01-01'] };
    expect(scheduleOfRecord(JSON.parse(JSON.stringify(later)))).toEqual(later);
  });

  it('that are damaged are refused', () => {
    expect(() => corpusOfRecord('text')).toThrow('damaged');
    expect(() => scheduleOfRecord(null)).toThrow('damaged');
    expect(() => scheduleOfRecord({ version: 0 })).toThrow('never was');
    expect(() => runOfRecord({ version: 0 })).toThrow('never was');
  });
});
