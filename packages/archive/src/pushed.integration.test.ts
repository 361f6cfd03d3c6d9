import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  AppError,
  type ContentChange,
  type Corpus,
  type CorpusName,
  type DocumentId,
  type SourceSettings,
  type Store,
  silentLogger,
} from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { restoreArchive } from './restore-archive.ts';
import { createLibrary, never, openStore, pushOf, restorePorts, temporaryFolder } from './test-corpus.ts';
import { failingFrom } from './test-store.ts';
import { writeArchive } from './write-archive.ts';

const kinds = ['embedded', 'elasticsearch'] as const;
const elsewhere: SourceSettings = { kind: 'folder', path: '/elsewhere', include: ['**/*'], exclude: [] };
const ways = kinds.flatMap((from) => kinds.map((to) => ({ from, to })));

async function archived(store: Store, corpus: Corpus): Promise<string> {
  const path = join(await temporaryFolder(), 'archive');
  await writeArchive({ store, log: silentLogger }, corpus, path, {}, never);
  return path;
}

function placeOf({ sources, removedSources }: Corpus, name: string): string {
  const source = [...sources, ...removedSources].find(({ sourceId }) => sourceId === name);
  if (source?.settings.kind === 'push') return source.settings.place;
  throw new Error(`nothing is pushed to ${name}`);
}

async function entriesIn({ contents }: Store, corpus: Corpus, name: string) {
  const entries = await contents.list(placeOf(corpus, name), { after: null, limit: 10_000 });
  return entries.map(({ bytes, sequence, ...known }) => known);
}

describe('what is known of pushed documents', () => {
  it.each(ways)('is as it was, archived in $from and restored to $to', async ({ from, to }) => {
    const origin = await openStore(from);
    const library = await createLibrary(origin);
    const target = await openStore(to);
    const path = await archived(origin, library);
    const { corpus, counts } = await restoreArchive(restorePorts(target), path, {}, never);
    expect(counts.pushed).toBe(5);
    for (const name of ['pushed', 'former']) {
      expect(placeOf(corpus, name)).not.toBe(placeOf(library, name));
      expect(await entriesIn(target, corpus, name)).toEqual(await entriesIn(origin, library, name));
    }
    const put = async (...changes: readonly ContentChange[]) =>
      await target.contents.put(placeOf(corpus, 'pushed'), changes);
    expect(
      await put(
        pushOf('pushed:a', 'old', 3),
        pushOf('pushed:a', 'other', 9),
        pushOf('pushed:b', 'not for long', 8),
        pushOf('pushed:c', 'as it is now', null),
      ),
    ).toEqual(['older', 'older', 'older', 'kept']);
    expect(await target.contents.put(placeOf(corpus, 'former'), [pushOf('former:a', 'old', 1)])).toEqual([
      'older',
    ]);
    // Its bytes were not in the archive: the same push brings them.
    const id = 'pushed:a' as DocumentId;
    expect(await target.contents.get(placeOf(corpus, 'pushed'), id)).toBeNull();
    expect(await put(pushOf('pushed:a', 'newest', 9))).toEqual(['same']);
    const found = await target.contents.get(placeOf(corpus, 'pushed'), id);
    expect(Buffer.from(found?.content ?? []).toString()).toBe('newest');
  });

  it('is of no older version than the document, whatever is pushed meanwhile', async () => {
    const store = await openStore('embedded');
    const library = await createLibrary(store);
    const place = placeOf(library, 'pushed');
    const chunks = {
      ...store.chunks,
      async documents(...given: Parameters<Store['chunks']['documents']>) {
        const documents = await store.chunks.documents(...given);
        await store.contents.put(place, [pushOf('pushed:a', 'newer', 10)]);
        return documents;
      },
    };
    const path = await archived({ ...store, chunks }, library);
    const lines = gunzipSync(await readFile(path)).toString();
    expect(lines).toMatch(/"documentId":"pushed:a","version":10/);
  });

  it('is many pages long, and whole in each source', async () => {
    const store = await openStore('embedded');
    const library = await createLibrary(store);
    const many = Array.from({ length: 2_000 }, (_, at) => pushOf(`pushed:${at}`, null, at));
    await store.contents.put(placeOf(library, 'pushed'), many);
    const target = await openStore('embedded');
    const { corpus } = await restoreArchive(restorePorts(target), await archived(store, library), {}, never);
    for (const name of ['pushed', 'former']) {
      expect(await entriesIn(target, corpus, name)).toEqual(await entriesIn(store, library, name));
    }
  });

  it('is left out for a source that is somewhere else now', async () => {
    const store = await openStore('embedded');
    const path = await archived(store, await createLibrary(store));
    const moved = [{ sourceId: 'pushed', settings: elsewhere }];
    const target = await openStore('embedded');
    const { corpus } = await restoreArchive(restorePorts(target), path, { moved }, never);
    expect(corpus.sources.map(({ settings: { kind } }) => kind)).toEqual(['folder', 'folder']);
    expect(await entriesIn(target, corpus, 'former')).toHaveLength(1);
  });
});

describe('a restore of pushed documents that is broken off', () => {
  it('goes on in the same place', async () => {
    const origin = await openStore('embedded');
    const path = await archived(origin, await createLibrary(origin));
    const store = await openStore('embedded');
    let places: readonly string[] = [];
    for (let at = 3; ; at += 1) {
      const faulty = failingFrom(store, at, true);
      const ended = await restoreArchive(restorePorts(faulty.store), path, {}, never).then(
        () => true,
        () => false,
      );
      const corpus = await store.corpora.get('library' as CorpusName);
      if (corpus === null) throw new Error('there is no corpus');
      const now = [placeOf(corpus, 'pushed'), placeOf(corpus, 'former')];
      if (at > 3) expect(now).toEqual(places);
      places = now;
      if (ended || corpus.restoring === undefined) break;
    }
  });

  it('leaves nothing in the place of a source that is somewhere else when it goes on', async () => {
    const origin = await openStore('embedded');
    const path = await archived(origin, await createLibrary(origin));
    const store = await openStore('embedded');
    const golden = { ...store.golden, add: () => Promise.reject(new AppError('unavailable', 'broken off')) };
    await expect(restoreArchive(restorePorts({ ...store, golden }), path, {}, never)).rejects.toThrow();
    const left = await store.corpora.get('library' as CorpusName);
    if (left === null) throw new Error('there is no corpus');
    expect(await entriesIn(store, left, 'pushed')).toHaveLength(4);
    const moved = [{ sourceId: 'pushed', settings: elsewhere }];
    await restoreArchive(restorePorts(store), path, { moved }, never);
    expect(await entriesIn(store, left, 'pushed')).toEqual([]);
    expect(await entriesIn(store, left, 'former')).toHaveLength(1);
  });

  it('leaves nothing where its corpus is deleted meanwhile', async () => {
    const origin = await openStore('embedded');
    const path = await archived(origin, await createLibrary(origin));
    const store = await openStore('embedded');
    const places: string[] = [];
    const contents = {
      ...store.contents,
      async restore(...[place, entries]: Parameters<Store['contents']['restore']>) {
        places.push(place);
        await store.corpora.delete('library' as CorpusName);
        await store.contents.restore(place, entries);
      },
    };
    await expect(restoreArchive(restorePorts({ ...store, contents }), path, {}, never)).rejects.toThrow();
    expect(places.length).toBeGreaterThan(0);
    for (const place of places) {
      expect(await store.contents.list(place, { after: null, limit: 1 })).toEqual([]);
    }
  });
});
