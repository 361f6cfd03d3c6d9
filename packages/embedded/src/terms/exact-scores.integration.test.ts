import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GenerationRef, liveRef, type Store, silentLogger } from '@winnow/core';
import { chunkOf, corpusOf, documentIdOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { openEmbeddedStore, storeOver } from '../embedded-store.ts';
import { generationOf } from '../generations.ts';

const run = runIdOf('run');
const { signal } = new AbortController();
const corpora = ['left', 'right'].map((name) => corpusOf(name, 2));
const refs = corpora.map(liveRef);
let folder: string;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-exact-'));
  const empty = await openEmbeddedStore({ path: join(folder, 'empty.sqlite'), log: silentLogger });
  for (const corpus of corpora) await empty.corpora.create(corpus);
  await empty.close();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Some do not fit a page of the full-text index together, and one is spread over several alone. */
const words = [
  ...Array.from({ length: 5 }, (_, at) => `w${at}`),
  'é',
  '北京',
  'l'.repeat(2_500),
  'm'.repeat(9_000),
];
const word = fc.constantFrom(...words);
const often = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constantFrom(300, 9_000));
const chunk = fc.array(fc.tuple(word, often), { minLength: 0, maxLength: 5 });
const at = { generation: fc.nat(1), document: fc.nat(7) };
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      ...at,
      chunks: fc.array(chunk, { minLength: 1, maxLength: 4 }),
      /** By another process, of which nobody tells the first. */
      elsewhere: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), ...at, elsewhere: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('search' as const),
      generation: at.generation,
      terms: fc.array(fc.oneof(word, fc.constant('absent')), { minLength: 1, maxLength: 6 }),
      k: fc.integer({ min: 1, max: 8 }),
      even: fc.option(fc.boolean()),
    }),
  },
);
interface Search {
  readonly generation: number;
  readonly terms: readonly string[];
  readonly k: number;
  readonly even: boolean | null;
}
interface Change {
  readonly generation: number;
  readonly document: number;
  /** None: it is removed. */
  readonly chunks?: readonly (readonly (readonly [string, number])[])[];
}

interface Scored {
  readonly chunkId: string;
  readonly score: number;
}

/** All chunks that FTS5 finds, with its scores: a term that is asked for twice counts twice. */
function byFts5(database: Database, ref: GenerationRef, { terms, even }: Search): readonly Scored[] {
  const { tables } = generationOf(database, ref);
  return database.all<Scored>(
    `SELECT chunk.chunk_id AS chunkId, -rank AS score FROM ${tables.terms} AS found
     JOIN ${tables.chunk} AS chunk ON chunk.id = found.rowid
     JOIN ${tables.document} AS document ON document.id = chunk.document
     WHERE ${tables.terms} MATCH ? AND (?2 IS NULL OR json_extract(document.metadata, '$.even') = ?2) ORDER BY rank`,
    terms.map((term) => `"${term}"`).join(' OR '),
    even === null ? null : Number(even),
  );
}

async function compare(store: Store, database: Database, search: Search): Promise<void> {
  const ref = refs[search.generation] as GenerationRef;
  const filter = search.even === null ? null : ({ op: 'eq', field: 'even', value: search.even } as const);
  const { bm25 } = await store.chunks.recall(ref, { ...search, vector: null, filter, signal });
  const all = byFts5(database, ref, search);
  const scores = new Map(all.map(({ chunkId, score }) => [chunkId, score]));
  expect(bm25).toHaveLength(Math.min(search.k, all.length));
  for (const [rank, { chunkId, score }] of bm25.entries()) {
    // What FTS5 makes of this chunk, and of its own chunk of this rank: two that tie may change places.
    for (const expected of [scores.get(chunkId), all[rank]?.score]) {
      expect(Math.abs(score / (expected ?? Number.NaN) - 1)).toBeLessThan(1e-9);
    }
    const before = bm25[rank - 1];
    if (before?.score === score) expect(before.chunkId < chunkId).toBe(true);
  }
}

/** Revisions by generation and document; above 0 while it is live. */
type Revisions = Map<string, { readonly revision: number; readonly isLive: boolean }>;

async function change(
  store: Store,
  revisions: Revisions,
  { generation, document, chunks }: Change,
): Promise<void> {
  const ref = refs[generation] as GenerationRef;
  const id = documentIdOf(`document-${document}`);
  const key = `${generation} ${document}`;
  const { revision, isLive } = revisions.get(key) ?? { revision: 0, isLive: false };
  if (chunks !== undefined) {
    await store.manifest.accept(ref, run, [newRevisionOf(id, { over: revision })]);
    const built = chunks.map((terms, position) =>
      chunkOf(id, position, `${revision} ${position}`, {
        terms: terms.flatMap(([term, count]) => Array.from({ length: count }, () => term)),
        modelTokens: [],
        dimensions: 2,
      }),
    );
    const metadata = { even: document % 2 === 0 };
    await store.chunks.commit(
      ref,
      [revisionOf(id, revision + 1, built, { metadata, dimensions: 2 })],
      signal,
    );
  } else {
    if (!isLive) return;
    await store.chunks.remove(ref, run, [{ documentId: id, revision }], signal);
  }
  revisions.set(key, { revision: revision + 1, isLive: chunks !== undefined });
}

function openHere(path: string): Store {
  return storeOver(openDatabase(path, { readOnly: false }), () => openDatabase(path, { readOnly: false }));
}

/** The chunks that were put in last are gone before a term is asked for again: nothing of it is read twice. */
const lastOneComesAndGoes: (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[] = [
  { kind: 'commit', generation: 1, document: 0, chunks: [[['w1', 1]], []], elsewhere: false },
  { kind: 'search', generation: 1, terms: ['w1'], k: 1, even: null },
  { kind: 'commit', generation: 1, document: 2, chunks: [[]], elsewhere: false },
  { kind: 'search', generation: 1, terms: ['absent'], k: 1, even: null },
  { kind: 'remove', generation: 1, document: 2, elsewhere: false },
  { kind: 'search', generation: 1, terms: ['w1', 'w0'], k: 1, even: null },
];

test('scores by terms are those of FTS5, whatever is committed, replaced and removed in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const path = join(folder, `${made++}.sqlite`);
      await copyFile(join(folder, 'empty.sqlite'), path);
      const [here, elsewhere] = [openHere(path), openHere(path)];
      const database = openDatabase(path, { readOnly: true });
      const revisions: Revisions = new Map();
      try {
        for (const one of steps) {
          if (one.kind === 'search') await compare(here, database, one);
          else await change(one.elsewhere ? elsewhere : here, revisions, one);
        }
      } finally {
        database.close();
        await here.close();
        await elsewhere.close();
        await rm(path);
      }
    }),
    { numRuns: 60, examples: [[lastOneComesAndGoes]] },
  );
}, 120_000);
