import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ContentChange,
  type Corpus,
  type CorpusSource,
  type DocumentId,
  liveRef,
  type SourceId,
  type SourceSettings,
  silentLogger,
} from '@winnow/core';
import { pushDocuments, startRun } from '@winnow/ingestion';
import { createSites, createSource, createTables } from '@winnow/sources';
import { createWordTokenizer, postgresServer, s3Server } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { restoreArchive, writeArchive } from '../../packages/archive/src/index.ts';
import { openLocalBench } from '../../packages/ingestion/src/testing/local-bench.ts';
import { type Held, heldBucket, heldFolder, heldSite, heldTable } from '../harness/held-sources.ts';

const { signal } = new AbortController();
const s3 = await s3Server();
const postgres = await postgresServer();
const missing = 'missing' in s3 || 'missing' in postgres;

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('PGUSER', 'winnow');
});
afterEach(() => void vi.unstubAllEnvs());

/** A corpus out of all of them, with a process that ingests it. */
async function corpusOfFive() {
  if ('missing' in s3 || 'missing' in postgres) throw new Error('a server is missing');
  const bench = await openLocalBench(0);
  onTestFinished(() => bench.close());
  const [files, objects, pages, rows] = [
    await heldFolder(),
    await heldBucket(s3.url),
    await heldSite('sitemap'),
    await heldTable(postgres.url),
  ];
  const listed: Readonly<Record<string, Held>> = {
    folder: files,
    bucket: objects.held,
    site: pages.held,
    table: rows,
  };
  for (const { close } of Object.values(listed)) onTestFinished(async () => void (await close()));
  const sources: CorpusSource[] = [
    ...Object.entries(listed).map(([name, { settings }]) => ({
      sourceId: name as SourceId,
      prefix: `${name}:`,
      settings,
    })),
    { sourceId: 'push' as SourceId, prefix: '', settings: { kind: 'push', place: 'five' } },
  ];
  const corpus = await bench.store.corpora.update(bench.corpus, (current) => ({ ...current, sources }));
  const openSite = createSites({ allowedHosts: [pages.host], pauseMs: 0 });
  const openTable = createTables();
  const options = { endpoint: objects.endpoint, region: null, pathStyle: true };
  const boot = (over: Corpus) =>
    bench.boot(
      (ports) => ({
        ...ports,
        openSource: (settings) =>
          createSource(settings, { contents: bench.store.contents, s3: options, openSite, openTable }),
      }),
      { corpus: over },
    );
  const process = await boot(corpus);
  const ports = {
    ...process.ports,
    openSource: (settings: SourceSettings) => createSource(settings, { contents: bench.store.contents }),
  };
  const push = async (name: string, text: string | null) => {
    const content =
      text === null
        ? null
        : { content: Buffer.from(text), mediaType: 'text/plain', title: null, metadata: {} };
    const documentId = name as DocumentId;
    const change: ContentChange = { documentId, content, version: null, idempotencyKey: null };
    const [pushed] = await pushDocuments(ports, corpus, [change], signal);
    return pushed?.outcome;
  };
  const textsOf = async () =>
    Object.fromEntries((await bench.indexed()).map(({ documentId, text }) => [documentId, text]));
  return { bench, corpus, boot, process, listed, push, textsOf };
}

describe.skipIf(missing)('one corpus out of a folder, a bucket, a site, a table and what is pushed', () => {
  test('follows each of them, and takes nothing for gone while one after the other cannot be reached', async () => {
    const { bench, corpus, process, listed, push, textsOf } = await corpusOfFive();
    const expected: Record<string, string> = {};
    const idAt = (name: string, document: string) =>
      name === 'push' ? document : `${name}:${listed[name]?.idOf(document)}`;
    const put = async (name: string, document: string, text: string) => {
      const held = listed[name];
      await (held === undefined ? push(document, text) : held.put(document, text));
      expected[idAt(name, document)] = text;
    };
    const remove = async (name: string, document: string) => {
      const held = listed[name];
      await (held === undefined ? push(document, null) : held.remove(document));
      delete expected[idAt(name, document)];
    };
    const names = [...Object.keys(listed), 'push'];
    const untilFound = () => vi.waitFor(async () => expect(await textsOf()).toEqual(expected), 30_000);

    for (const name of names) {
      for (const document of ['one', 'two', 'three']) await put(name, document, `${document} of ${name}`);
    }
    expect((await process.ingest()).run.state).toBe('completed');
    await untilFound();

    for (const name of names) {
      await put(name, 'one', `one of ${name}, changed`);
      await remove(name, 'two');
    }
    const second = await process.ingest();
    expect(second.run).toMatchObject({ state: 'completed', changes: { changed: 4, deleted: 4 } });
    await untilFound();

    for (const [at, [name, held]] of Object.entries(listed).entries()) {
      const before = { ...expected };
      // News at each of the others, something that goes, and what is pushed meanwhile.
      for (const other of Object.keys(listed).filter((each) => each !== name)) {
        await put(other, 'one', `one of ${other}, without ${name}`);
        await put(other, `extra-${at}`, `extra of ${other}, without ${name}`);
      }
      const going = name === 'folder' ? 'table' : 'folder';
      await remove(going, at <= 1 ? 'three' : `extra-${at - 1}`);
      const bringBack = await held.cut();
      const { run } = await startRun(process.ports, corpus.name);
      if (name === 'site') {
        // A sitemap within one that does not answer is a place that was not looked into: all else goes on.
        const { run: ended } = await process.untilEnded(run.runId);
        expect(ended.plan.uncovered.map(({ sourceId }) => sourceId)).toEqual(['site']);
      } else {
        await bench.untilRun(run.runId, ({ waiting }) => waiting?.reason === 'source_away');
        // What the others have is found, and what has gone from them is not; of the one that is away all is as it was.
        const found = await textsOf();
        expect(found).toEqual(expected);
        for (const [id, text] of Object.entries(before)) {
          if (id.startsWith(`${name}:`)) expect(found[id]).toBe(text);
        }
      }
      await put('push', 'one', `pushed while ${name} was away`);
      await vi.waitFor(async () => expect((await textsOf()).one).toBe(expected.one), 30_000);
      await bringBack();
      expect((await process.untilEnded(run.runId)).run).toMatchObject({
        state: 'completed',
        changes: { deleted: 1 },
      });
      await untilFound();
    }

    const last = await process.ingest();
    expect(last.run).toMatchObject({ state: 'completed', changes: { new: 0, changed: 0, deleted: 0 } });
  });

  test('is archived and restored with its sources, and follows them on', async () => {
    const { bench, corpus, boot, process, listed, push } = await corpusOfFive();
    for (const [name, held] of Object.entries(listed)) {
      for (const document of ['one', 'two']) await held.put(document, `${document} of ${name}`);
    }
    await push('one', 'one that was pushed');
    await process.ingest();
    const folder = await mkdtemp(join(tmpdir(), 'winnow-five-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'archive');
    await writeArchive({ store: bench.store, log: silentLogger }, corpus, path, {}, signal);

    const ports = {
      store: bench.store,
      analysis: 'test',
      lookAtModel: async () => ({ tokenizer: createWordTokenizer(), warning: null }),
      now: () => new Date(),
      log: silentLogger,
    };
    const { corpus: restored } = await restoreArchive(ports, path, { as: 'beside' }, signal);
    const withoutPush = (sources: Corpus['sources']) => sources.filter(({ prefix }) => prefix !== '');
    expect(withoutPush(restored.sources)).toEqual(withoutPush(corpus.sources));
    const beside = await boot(restored);
    expect((await beside.ingest()).run).toMatchObject({
      state: 'completed',
      changes: { new: 0, changed: 0, deleted: 0, unchanged: 8 },
    });
    for (const held of Object.values(listed)) {
      await held.put('one', 'changed since');
      await held.remove('two');
    }
    expect((await beside.ingest()).run).toMatchObject({
      state: 'completed',
      changes: { new: 0, changed: 4, deleted: 4 },
    });
    const { searchable } = await bench.store.manifest.tally(liveRef(restored));
    expect(searchable).toBe(5);
  });
});
