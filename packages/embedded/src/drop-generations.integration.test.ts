import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Corpus, type DocumentRevision, liveRef, type Store, silentLogger } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf, runOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { openEmbeddedStore } from './embedded-store.ts';

const run = runIdOf('run');
const { signal } = new AbortController();
let folder: string;
let path: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-drop-'));
  path = join(folder, 'index.sqlite');
  store = await openEmbeddedStore({ path, log: silentLogger });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Makes a corpus of 2,000 chunks, 3 MB. */
async function filled(name: string): Promise<Corpus> {
  const corpus = corpusOf(name);
  await store.corpora.create(corpus);
  for (let document = 0; document < 20; document++) {
    const texts = Array.from(
      { length: 100 },
      (_, at) => `${document} ${at} ${'words of a passage '.repeat(40)}`,
    );
    await publish(corpus, revisionOf(`document-${document}`, 1, texts));
  }
  return corpus;
}

async function publish(corpus: Corpus, document: DocumentRevision): Promise<void> {
  await store.manifest.accept(liveRef(corpus), run, [newRevisionOf(document.documentId)]);
  await store.chunks.commit(liveRef(corpus), [document], signal);
}

const inFile = <Row>(sql: string): readonly Row[] => {
  const database = openDatabase(path, { readOnly: true });
  const rows = database.all<Row>(sql);
  database.close();
  return rows;
};
const tables = () =>
  inFile<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE name GLOB '*_[0-9]*' AND name NOT GLOB 'sqlite_*'",
  );

describe('dropping a generation', () => {
  test('gives its space back to the disk', async () => {
    const kept = await filled('kept');
    const before = (await stat(path)).size;
    const gone = await filled('gone');
    await store.corpora.dropGeneration(liveRef(gone), signal);
    expect(inFile('PRAGMA freelist_count')).toEqual([{ freelist_count: 0 }]);
    await store.close();
    expect((await stat(path)).size).toBeLessThan(before * 1.1);
    store = await openEmbeddedStore({ path, log: silentLogger });
    expect(await store.manifest.tally(liveRef(kept))).toMatchObject({ chunks: 2_000 });
  });

  test('leaves the process time for other work, from its first step on', async () => {
    const kept = corpusOf('kept');
    await store.corpora.create(kept);
    const gone = await filled('gone');
    let dropping = true;
    const dropped = store.corpora.dropGeneration(liveRef(gone), signal).finally(() => {
      dropping = false;
    });
    let turns = 0;
    for (; dropping; turns++) {
      if (turns < 3) await publish(kept, revisionOf(`document-${turns}`, 1, ['meanwhile']));
      await nextTurn();
    }
    await dropped;
    expect(turns).toBeGreaterThan(10);
    expect(await store.manifest.tally(liveRef(kept))).toMatchObject({ chunks: 3 });
    expect(tables().every(({ name }) => name.includes('_1'))).toBe(true);
  });

  test('that was broken off is out of reach at once, and made an end of by the next', async () => {
    const gone = await filled('gone');
    const abort = new AbortController();
    const drop = store.corpora.dropGeneration(liveRef(gone), abort.signal);
    abort.abort();
    await expect(drop).rejects.toMatchObject({ code: 'canceled' });
    expect(tables()).not.toEqual([]);
    await expect(store.manifest.tally(liveRef(gone))).rejects.toMatchObject({ code: 'not_found' });

    await store.close();
    store = await openEmbeddedStore({ path, log: silentLogger });
    await store.corpora.dropGeneration(liveRef(gone), signal);
    expect(tables()).toEqual([]);
    expect(inFile('SELECT id FROM generation')).toEqual([]);
  });
});

describe('deleting a corpus', () => {
  test('that was broken off says since when, and is made an end of by the next', async () => {
    const gone = await filled('gone');
    await store.runs.create(runOf('of-gone', gone));
    const broken = store.corpora.delete(gone.name);
    await store.close();
    await expect(broken).rejects.toMatchObject({ code: 'unavailable' });

    const now = new Date('2026-03-04T05:06:07Z');
    store = await openEmbeddedStore({ path, log: silentLogger, now: () => now });
    const left = await store.corpora.get(gone.name);
    expect(left?.deletingSince).toEqual(expect.any(String));
    const again = store.corpora.delete(gone.name);
    expect(await store.corpora.get(gone.name)).toEqual(left);
    await store.close();
    await expect(again).rejects.toMatchObject({ code: 'unavailable' });
    store = await openEmbeddedStore({ path, log: silentLogger, now: () => now });
    await expect(store.corpora.create(gone)).rejects.toMatchObject({ code: 'failed_precondition' });
    await store.corpora.delete(gone.name);
    expect(await store.corpora.get(gone.name)).toBeNull();
    expect(await store.runs.active()).toEqual([]);
    expect(tables()).toEqual([]);
  });

  test('that has begun leaves no room for a further generation', async () => {
    const gone = await filled('gone');
    const deleted = store.corpora.delete(gone.name);
    const further = gone.generations.map((generation) => ({
      ...generation,
      number: 2,
      physicalName: 'gone.further.g2' as typeof generation.physicalName,
    }));
    for (const generation of further) {
      const prepared = store.corpora.prepareGeneration(gone, generation);
      await expect(prepared).rejects.toMatchObject({ code: 'not_found' });
    }
    await deleted;
    expect(tables()).toEqual([]);
  });

  test('twice at once comes to one end, and takes nothing of a corpus that has the name after', async () => {
    const gone = await filled('gone');
    const first = store.corpora.delete(gone.name);
    const second = store.corpora.delete(gone.name);
    await Promise.race([first, second]);
    while ((await store.corpora.get(gone.name)) !== null) await nextTurn();
    const later = corpusOf('gone', undefined, 'later');
    await store.corpora.create(later);
    await store.runs.create(runOf('of-later', later));
    await Promise.all([first, second]);
    expect(await store.corpora.get(later.name)).toEqual(later);
    expect(await store.runs.active()).toHaveLength(1);
    expect(await store.manifest.tally(liveRef(later))).toMatchObject({ chunks: 0 });
  });
});
