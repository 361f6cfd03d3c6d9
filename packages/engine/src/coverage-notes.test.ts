import { describe, expect, test } from 'vitest';
import { coverageNote, coverageNotes } from './coverage-notes.ts';
import type { Engine } from './engine.ts';
import type { CorpusSummary } from './engine-corpora.ts';

const corpus = { name: 'notes', documents: 0, pending: 0, failed: 0 };
const run = { run: 'r1' as never, state: 'running', waiting: null } as const;

describe('coverageNote', () => {
  test('says of an empty corpus what fills it', () => {
    expect(coverageNote(corpus, null)).toBe('notes is empty: winnow ingest notes');
  });

  test('says how far an ingest is', () => {
    expect(coverageNote({ ...corpus, documents: 120, pending: 2_880 }, run)).toBe(
      'an ingest is under way: 120 of 3,000 documents are searchable so far',
    );
  });

  test('says of an ingest that waits for what', () => {
    const waiting = { reason: 'budget', message: '', since: '', looks: 0, nextLookAt: null } as const;
    expect(coverageNote({ ...corpus, documents: 1, pending: 2 }, { ...run, waiting })).toBe(
      'an ingest waits (budget): 1 of 3 documents are searchable so far; winnow status r1 says for what',
    );
  });

  test('says that every document failed, and nothing where a corpus is whole', () => {
    expect(coverageNote({ ...corpus, failed: 4 }, null)).toContain('winnow inbox notes');
    expect(coverageNote({ ...corpus, documents: 9 }, null)).toBeNull();
  });
});

describe('coverageNotes', () => {
  test('says of a whole corpus that the filter may be what is wrong, where nothing was found by one', async () => {
    const whole = { ...corpus, documents: 9, activeRun: null } as CorpusSummary;
    const engine = { corpora: { show: async () => whole } } as unknown as Engine;
    const filter = { op: 'eq', field: 'lnag', value: 'en' } as const;
    const said = [expect.stringContaining('the filter lets through')];
    expect(await coverageNotes(engine, 'notes', 0, { filter })).toEqual(said);
    expect(await coverageNotes(engine, 'notes', 1, { filter })).toEqual([]);
    expect(await coverageNotes(engine, 'notes', 0, { filter: null })).toEqual([]);
  });

  test('asks for nothing where enough was found', async () => {
    const engine = {
      corpora: { show: async (): Promise<CorpusSummary> => Promise.reject(new Error('asked')) },
    } as unknown as Engine;
    expect(await coverageNotes(engine, 'notes', 3, { filter: null })).toEqual([]);
    await expect(coverageNotes(engine, 'notes', 2, { filter: null })).rejects.toThrow('asked');
  });
});
