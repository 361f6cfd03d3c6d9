import { AppError, type Corpus, type SourceId, type SourceSettings } from '@winnow/core';
import { createMapSource, type DocumentMap, documentIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examine } from '../doctor/examine.ts';
import { planCorpus } from '../planning/plan-corpus.ts';
import type { IngestPorts } from '../ports.ts';
import { startRun } from '../runs/start-run.ts';
import type { IngestBench } from '../testing/ingest-bench.ts';
import { type LocalBench, openLocalBench, textOf } from '../testing/local-bench.ts';
import { addSource, hasDocumentsOf, removeSource } from './change-sources.ts';

const { signal } = new AbortController();
const wiki: SourceSettings = { kind: 'jsonl', path: '/wiki.jsonl' };
const wikiId = 'wiki';

let bench: LocalBench;
let process: IngestBench;
/** What is at {@link wiki}. */
let pages: DocumentMap;

/** A file of records cannot be asked for one of them: what it has not listed is gone. */
function withWiki(ports: IngestPorts): IngestPorts {
  const records = { ...createMapSource(pages), isGone: async () => true };
  return {
    ...ports,
    openSource: (settings) => (settings.kind === 'folder' ? ports.openSource(settings) : records),
  };
}

beforeEach(async () => {
  bench = await openLocalBench(4);
  pages = new Map([0, 1, 2].map((at) => [`r${at}`, textOf(100 + at)]));
  process = await bench.boot(withWiki);
  await process.ingest();
});
afterEach(() => bench.close());

const ports = () => withWiki(process.ports);
const current = async (): Promise<Corpus> => {
  const corpus = await bench.store.corpora.get(bench.corpus.name);
  if (corpus === null) throw new Error('the corpus is gone');
  return corpus;
};
const add = async (id: string | null = null, settings: SourceSettings = wiki) =>
  await addSource(ports(), await current(), { id, settings }, signal);
const remove = async (id = wikiId) => await removeSource(ports(), await current(), id);
const plan = async () => await planCorpus(ports(), await current(), {}, signal);
const strict = async () => {
  await bench.store.corpora.update(bench.corpus, (corpus) => {
    return { ...corpus, deletionGuard: { documents: 0, share: 0 } };
  });
};

describe('a source that is added', () => {
  it('has its documents new in the next plan, and leaves those that are there alone', async () => {
    expect(await add()).toMatchObject({ source: { sourceId: wikiId, prefix: 'wiki:' }, isBack: false });
    expect((await plan()).documents).toMatchObject({ new: 3, unchanged: 4, deleted: 0 });
    expect(await process.ingest()).toMatchObject({ documents: { new: 3, unchanged: 4, deleted: 0 } });
    expect(await bench.found()).toEqual([
      'page-0',
      'page-1',
      'page-2',
      'page-3',
      'wiki:r0',
      'wiki:r1',
      'wiki:r2',
    ]);
  });

  it('is refused where its name is taken, cannot be, or it is not there', async () => {
    await add();
    await expect(add()).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(add('A wiki')).rejects.toMatchObject({ code: 'invalid_argument' });
    pages.clear();
    await expect(add('other')).rejects.toMatchObject({ code: 'not_found' });
    expect((await current()).sources.map(({ sourceId }) => sourceId)).toEqual(['main', wikiId]);
  });
});

describe('a source that is removed', () => {
  beforeEach(async () => {
    await add();
    await process.ingest();
  });

  it('deletes nothing; the next plan has all of its documents as gone, and none of another', async () => {
    await remove();
    expect(await bench.found()).toHaveLength(7);
    expect((await plan()).deletions).toMatchObject({ count: 3, withheld: 0 });
    expect(await process.ingest()).toMatchObject({ documents: { deleted: 3, unchanged: 4 } });
    expect(await bench.found()).toEqual(['page-0', 'page-1', 'page-2', 'page-3']);
    expect(await hasDocumentsOf(bench.store, await current(), wikiId as SourceId)).toBe(false);
  });

  it('is subject to the deletion guard, and to approval', async () => {
    await strict();
    await remove();
    expect((await plan()).deletions).toMatchObject({ count: 3, withheld: 3 });
    expect((await process.ingest()).run.withheld).toEqual({ count: 3, limit: 0 });
    expect(await bench.found()).toHaveLength(7);
    expect(await process.ingest({ approvedDeletions: 3 })).toMatchObject({ documents: { deleted: 3 } });
    expect(await bench.found()).toHaveLength(4);
  });

  it('is told of by the doctor, document by document', async () => {
    await remove();
    const { findings } = await examine(ports(), await current(), { graceMs: 0 }, signal);
    expect(findings.map(({ kind, documentId }) => [kind, documentId]).sort()).toEqual(
      ['wiki:r0', 'wiki:r1', 'wiki:r2'].map((id) => ['unlisted', id]),
    );
  });

  it('comes back as it was under its name; what it has no more is gone', async () => {
    await remove();
    pages.delete('r2');
    expect(await add(wikiId)).toMatchObject({ source: { prefix: 'wiki:' }, isBack: true });
    expect((await current()).removedSources).toEqual([]);
    expect(await plan()).toMatchObject({
      documents: { new: 0, changed: 0, unchanged: 6 },
      deletions: { count: 1 },
    });
  });

  it('may be the first one, whose documents keep their ids when it comes back', async () => {
    await remove('main');
    expect((await plan()).deletions.count).toBe(4);
    const settings: SourceSettings = { kind: 'folder', path: '/elsewhere', include: ['**/*'], exclude: [] };
    expect(await add('main', settings)).toMatchObject({ source: { prefix: '' }, isBack: true });
    expect(await plan()).toMatchObject({ documents: { new: 0, unchanged: 7 }, deletions: { count: 0 } });
  });

  it('is not the only one, and is one that there is', async () => {
    await expect(remove('blog')).rejects.toMatchObject({ code: 'not_found' });
    await remove();
    await expect(remove('main')).rejects.toMatchObject({ code: 'failed_precondition' });
  });

  it('is forgotten once nothing is left of it, when the next one is removed', async () => {
    await remove();
    await process.ingest();
    await add('more');
    await process.ingest();
    await remove('more');
    expect((await current()).removedSources.map(({ sourceId }) => sourceId)).toEqual(['more']);
  });
});

describe('a source that documents were pushed to, when it is removed', () => {
  const place = 'a place of its own';
  const pushed = ['r0', 'r1', 'r2'].map(documentIdOf);
  const sameAgain = { version: null, idempotencyKey: null };
  const kept = async () => {
    const entries = await bench.store.contents.entries(place, pushed);
    return pushed.filter((id) => entries.get(id)?.isDeleted === false);
  };
  beforeEach(async () => {
    const content = { content: Buffer.from('text'), mediaType: null, title: null, metadata: {} };
    await bench.store.contents.put(
      place,
      pushed.map((documentId) => ({ documentId, content, ...sameAgain })),
    );
    await add(null, { kind: 'push', place });
    await process.ingest();
  });

  it('keeps what was pushed as long as its documents are there, also where the guard withholds them', async () => {
    await strict();
    await remove('push');
    await process.ingest();
    expect(await kept()).toEqual(pushed);
    expect(await add(null, { kind: 'push', place: 'another' })).toMatchObject({
      source: { settings: { place } },
      isBack: true,
    });
    expect((await plan()).documents).toMatchObject({ unchanged: 7 });
  });

  it('has nothing kept once they are gone, though the run was broken off between the two', async () => {
    await remove('push');
    await process.kill();
    let isFirst = true;
    const other = await bench.boot((plain) => {
      const { store, ...rest } = withWiki(plain);
      const chunks: typeof store.chunks = {
        ...store.chunks,
        async remove(...values) {
          expect(await kept()).toEqual([]);
          if (isFirst) {
            isFirst = false;
            throw new AppError('unavailable', 'the index is away');
          }
          return await store.chunks.remove(...values);
        },
      };
      return { ...rest, store: { ...store, chunks } };
    });
    expect(await other.ingest()).toMatchObject({ state: 'completed', documents: { deleted: 3 } });
    expect(isFirst).toBe(false);
    expect(await bench.found()).toHaveLength(4);
  });

  it('gives its name to no source of another kind', async () => {
    await remove('push');
    await expect(add('push')).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('documents of a source that the corpus never had', () => {
  it('stay: nobody said that it was removed', async () => {
    await add();
    await process.ingest();
    await bench.store.corpora.update(bench.corpus, (corpus) => {
      return { ...corpus, sources: corpus.sources.slice(0, 1) };
    });
    expect(await process.ingest()).toMatchObject({ documents: { deleted: 0 } });
    expect(await bench.found()).toHaveLength(7);
  });
});

describe('while a run is under way', () => {
  it('its sources stay as they are', async () => {
    await add();
    const called = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    bench.onCall = async () => {
      called.resolve();
      await held.promise;
    };
    const { run } = await startRun(ports(), bench.corpus.name);
    await called.promise;
    const busy = { code: 'failed_precondition', message: expect.stringContaining(run.runId) };
    await expect(remove()).rejects.toMatchObject(busy);
    await expect(add('other')).rejects.toMatchObject(busy);
    held.resolve();
    await process.untilEnded(run.runId);
    await remove();
  });

  it('a change that was decided on before it began is refused', async () => {
    const before = await current();
    await process.ingest();
    await expect(addSource(ports(), before, { id: null, settings: wiki }, signal)).rejects.toMatchObject({
      code: 'failed_precondition',
    });
  });

  it('it goes by the sources that the corpus has once nothing else can change them', async () => {
    // Between the first look of a plan at its corpus and its claim, the source comes back.
    await add();
    await process.ingest();
    await remove();
    await process.kill();
    let isFirst = true;
    const late = await bench.boot((plain) => {
      const wired = withWiki(plain);
      const { corpora } = wired.store;
      return {
        ...wired,
        store: {
          ...wired.store,
          corpora: {
            ...corpora,
            async get(name) {
              const found = await corpora.get(name);
              const { step, phase } = (await wired.store.runs.active())[0]?.plan ?? {};
              if (isFirst && step === 0 && phase === 'scan') {
                isFirst = false;
                await corpora.update(bench.corpus, (corpus) => ({ ...corpus, activeRuns: {} }));
                await addSource(wired, await current(), { id: wikiId, settings: wiki }, signal);
                return { ...(found ?? bench.corpus), activeRuns: {} };
              }
              return found;
            },
          },
        },
      };
    });
    expect(await late.ingest()).toMatchObject({ documents: { deleted: 0, unchanged: 7 } });
    expect(isFirst).toBe(false);
    expect(await bench.found()).toHaveLength(7);
  });
});
