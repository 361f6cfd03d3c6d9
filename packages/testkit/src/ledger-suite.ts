import { type Ledger, type LedgerEntry, type LedgerQuery, parseCorpusName } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runIdOf } from './builders.ts';

/** A ledger under test, over a place that nothing else uses. */
export interface OpenedLedger {
  readonly ledger: Ledger;
  /** Opens the same entries a second time, as another process would. The caller closes it. */
  openAgain(): Promise<Ledger>;
  /** Closes the ledger and removes its entries. */
  dispose(): Promise<void>;
}

const handbook = parseCorpusName('handbook');
const papers = parseCorpusName('papers');
const nightly = runIdOf('run-nightly');
const backfill = runIdOf('run-backfill');

/** An answered call of an embedder for a run, unless told otherwise. */
function entryOf(overrides: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    at: '2026-03-01T10:00:00.000Z',
    corpus: handbook,
    runId: nightly,
    queryId: null,
    purpose: 'embed-documents',
    provider: 'openai',
    model: 'text-embedding-3-small',
    calls: 1,
    inputTokens: 100,
    outputTokens: 0,
    searches: 0,
    truncated: 0,
    cached: 0,
    usd: 0.25,
    ...overrides,
  };
}

const question = { runId: null, queryId: 'query-1' } as const;

/**
 * What every `Ledger` (packages/core/src/ports/ledger.ts) must hold to: each sentence of the port is a test
 * here. Call it at the top level of a test file.
 */
export function describeLedger(name: string, open: () => Promise<OpenedLedger>): void {
  describe(`${name} as a Ledger`, () => {
    let opened: OpenedLedger;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened.dispose();
    });
    const sum = (query: Partial<LedgerQuery> = {}) =>
      opened.ledger.sum({ by: 'total', limit: 100, ...query });
    const groups = async (query: Partial<LedgerQuery>) => (await sum(query)).map(({ group }) => group);

    test('what has no entries has no group, not even a total', async () => {
      for (const by of ['total', 'run', 'model', 'corpus', 'day', 'purpose'] as const) {
        expect(await sum({ by })).toEqual([]);
      }
      await opened.ledger.append([]);
      expect(await sum()).toEqual([]);
      await opened.ledger.append([entryOf()]);
      expect(await sum({ corpus: papers })).toEqual([]);
    });

    test('every figure of an entry is summed', async () => {
      const entry = entryOf({ outputTokens: 7, searches: 2, truncated: 3, cached: 5 });
      await opened.ledger.append([entry, { ...entry, calls: 4, inputTokens: 900_000_000_000, usd: 0.5 }]);
      await opened.ledger.append([entry]);
      expect(await sum()).toEqual([
        {
          group: '',
          calls: 6,
          inputTokens: 900_000_000_200,
          outputTokens: 21,
          searches: 6,
          truncated: 9,
          cached: 15,
          usd: 1,
          unpricedCalls: 0,
        },
      ]);
    });

    test('money is summed to the fraction of a cent', async () => {
      await opened.ledger.append(Array.from({ length: 1_000 }, () => entryOf({ usd: 0.000_000_2 })));
      expect((await sum())[0]?.usd).toBeCloseTo(0.0002, 12);
    });

    test('calls without a known price are counted apart, and what is free is not one of them', async () => {
      await opened.ledger.append([
        entryOf({ usd: null, calls: 3 }),
        entryOf({ usd: null, calls: 1 }),
        entryOf({ usd: 0 }),
        entryOf({ usd: 0.5 }),
      ]);
      expect(await sum()).toMatchObject([{ calls: 6, usd: 0.5, unpricedCalls: 4 }]);
    });

    test('each grouping makes its groups, the dearest first and equals by name', async () => {
      await opened.ledger.append([
        entryOf({ usd: 1 }),
        entryOf({ runId: backfill, corpus: papers, model: 'embed-v4.0', usd: 2 }),
        entryOf({ ...question, purpose: 'rerank', model: 'rerank-v3.5', usd: 1 }),
        entryOf({ ...question, purpose: 'answer', model: 'gpt-4o-mini', corpus: null, usd: 0.5 }),
      ]);
      expect(await groups({ by: 'run' })).toEqual(['run-backfill', '', 'run-nightly']);
      expect(await groups({ by: 'model' })).toEqual([
        'embed-v4.0',
        'rerank-v3.5',
        'text-embedding-3-small',
        'gpt-4o-mini',
      ]);
      expect(await groups({ by: 'corpus' })).toEqual(['handbook', 'papers', '']);
      expect(await groups({ by: 'purpose' })).toEqual(['embed-documents', 'rerank', 'answer']);
      expect(await groups({ by: 'total' })).toEqual(['']);
    });

    test('entries of no run and of no corpus are a group of their own', async () => {
      await opened.ledger.append([
        entryOf({ ...question, corpus: null }),
        entryOf({ ...question, corpus: null }),
      ]);
      expect(await sum({ by: 'run' })).toMatchObject([{ group: '', calls: 2 }]);
      expect(await sum({ by: 'corpus' })).toMatchObject([{ group: '', calls: 2 }]);
    });

    test('days are those of UTC, the newest first whatever they cost', async () => {
      await opened.ledger.append([
        entryOf({ at: '2026-03-01T23:59:59.999Z', usd: 9 }),
        entryOf({ at: '2026-03-02T00:00:00.000Z', usd: 1 }),
        entryOf({ at: '2026-03-04T01:00:00+02:00', usd: 5 }),
      ]);
      expect(await sum({ by: 'day' })).toMatchObject([
        { group: '2026-03-03', usd: 5 },
        { group: '2026-03-02', usd: 1 },
        { group: '2026-03-01', usd: 9 },
      ]);
    });

    test('names of models keep every character, and order by code point', async () => {
      const models = ['BAAI/bge-m3', 'qwen2.5:7b', 'a b', '模型', '\uff5e', '😀', 'x'.repeat(2_000)];
      await opened.ledger.append(models.map((model) => entryOf({ model })));
      expect(await groups({ by: 'model' })).toEqual([
        'BAAI/bge-m3',
        'a b',
        'qwen2.5:7b',
        'x'.repeat(2_000),
        '模型',
        '\uff5e',
        '😀',
      ]);
    });

    test('only the corpus and the run that are asked for are summed', async () => {
      await opened.ledger.append([
        entryOf({ usd: 1 }),
        entryOf({ usd: 2, runId: backfill }),
        entryOf({ usd: 4, runId: backfill, corpus: papers }),
        entryOf({ usd: 8, ...question }),
      ]);
      expect(await sum({ corpus: handbook })).toMatchObject([{ usd: 11 }]);
      expect(await sum({ runId: backfill })).toMatchObject([{ usd: 6 }]);
      expect(await sum({ corpus: handbook, runId: backfill })).toMatchObject([{ usd: 2 }]);
      expect(await sum({ by: 'model', corpus: papers })).toMatchObject([{ usd: 4 }]);
    });

    test('from is inclusive and to is not, as instants and not as texts', async () => {
      await opened.ledger.append([
        entryOf({ at: '2026-03-01T00:00:00.000Z', usd: 1 }),
        entryOf({ at: '2026-03-01T12:00:00.000Z', usd: 2 }),
        entryOf({ at: '2026-03-02T00:00:00.000Z', usd: 4 }),
      ]);
      const usd = async (query: Partial<LedgerQuery>) => (await sum(query))[0]?.usd;
      expect(await usd({ from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' })).toBe(3);
      expect(await usd({ from: '2026-03-01T00:00:00.001Z' })).toBe(6);
      expect(await usd({ from: '2026-03-01T14:00:00+02:00', to: '2026-03-02' })).toBe(2);
      expect(await usd({ to: '2026-03-01T12:00:00.001Z' })).toBe(3);
      expect(await usd({ from: '2026-03-03' })).toBeUndefined();
    });

    test('an instant that is none is refused and leaves nothing behind', async () => {
      const append = opened.ledger.append([entryOf(), entryOf({ at: 'yesterday' })]);
      await expect(append).rejects.toMatchObject({ code: 'invalid_argument' });
      expect(await sum()).toEqual([]);
      await opened.ledger.append([entryOf()]);
      await expect(sum({ from: 'yesterday' })).rejects.toMatchObject({ code: 'invalid_argument' });
    });

    test('a limit keeps the first groups, with all of their entries', async () => {
      const models = Array.from({ length: 40 }, (_, at) => `model-${String(at).padStart(2, '0')}`);
      for (const _ of [1, 2]) {
        await opened.ledger.append(models.map((model, at) => entryOf({ model, usd: at % 20 })));
      }
      expect(await sum({ by: 'model', limit: 3 })).toMatchObject([
        { group: 'model-19', usd: 38, calls: 2 },
        { group: 'model-39', usd: 38, calls: 2 },
        { group: 'model-18', usd: 36, calls: 2 },
      ]);
      await opened.ledger.append([entryOf({ at: '2026-03-02T00:00:00Z', usd: 0 })]);
      expect(await groups({ by: 'day', limit: 1 })).toEqual(['2026-03-02']);
    });

    test('nothing is lost or counted twice among writers at the same time', async () => {
      const other = await opened.openAgain();
      const writers = [opened.ledger, other];
      await Promise.all(
        Array.from({ length: 40 }, (_, at) =>
          writers[at % 2]?.append([entryOf({ model: `model-${at % 4}` }), entryOf({ model: 'every' })]),
        ),
      );
      expect(await sum()).toMatchObject([{ calls: 80, inputTokens: 8_000, usd: 20 }]);
      expect(await other.sum({ by: 'model', limit: 2 })).toMatchObject([
        { group: 'every', calls: 40 },
        { group: 'model-0', calls: 10 },
      ]);
      await other.close();
    });

    test('what one process appended another sees at once, and so does the next', async () => {
      const other = await opened.openAgain();
      await other.append([entryOf()]);
      expect(await sum()).toMatchObject([{ calls: 1 }]);
      await other.close();
      await opened.ledger.close();
      const later = await opened.openAgain();
      expect(await later.sum({ by: 'total', limit: 1 })).toMatchObject([{ calls: 1 }]);
      await later.close();
    });

    test('answers unavailable once it is closed', async () => {
      await opened.ledger.append([entryOf()]);
      await opened.ledger.close();
      await opened.ledger.close();
      await expect(opened.ledger.append([entryOf()])).rejects.toMatchObject({ code: 'unavailable' });
      await expect(sum()).rejects.toMatchObject({ code: 'unavailable' });
      const unused = await opened.openAgain();
      await unused.close();
      await expect(unused.append([entryOf()])).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
}
