import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AppError,
  type Corpus,
  type CorpusName,
  requireRestored,
  runRef,
  type Store,
  silentLogger,
} from '@winnow/core';
import { newRevisionOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { restoreArchive } from './restore-archive.ts';
import {
  createCorpus,
  createLibrary,
  libraryDocuments,
  never,
  openStore,
  publish,
  restorePorts,
  temporaryFolder,
} from './test-corpus.ts';
import { failingFrom } from './test-store.ts';
import { writeArchive } from './write-archive.ts';

const name = 'library' as CorpusName;

/** An archive of the library that was restored once: nothing in it is omitted, and every later one is the same. */
async function wholeArchive(folder: string): Promise<string> {
  const origin = await openStore('embedded');
  const first = await archived(origin, await createLibrary(origin), join(folder, 'first'));
  const store = await openStore('embedded');
  const { corpus } = await restoreArchive(restorePorts(store), first, {}, never);
  return await archived(store, corpus, join(folder, 'whole'));
}

async function archived(store: Store, corpus: Corpus, path: string): Promise<string> {
  await writeArchive({ store, log: silentLogger }, corpus, path, {}, never);
  return path;
}

/** Restores with a batch for nearly every document. */
const small = (store: Store) => restorePorts(store, { batchBytes: 500 });

describe('a restore that is broken off', () => {
  it.each([false, true])(
    'at any write leaves nothing, or a corpus that says it is incomplete; the same restore ends it (answer lost: %s)',
    async (isDone) => {
      const folder = await temporaryFolder();
      const path = await wholeArchive(folder);
      for (let at = 1; ; at += 1) {
        const store = await openStore('embedded');
        const faulty = failingFrom(store, at, isDone);
        const ended = await restoreArchive(small(faulty.store), path, {}, never).then(
          () => true,
          (thrown: unknown) => AppError.from(thrown).code !== 'unavailable',
        );
        if (ended && faulty.writes() < at) break;
        const left = await store.corpora.get(name);
        // The very last write lets readers in: whether its answer came or not, all of it is there.
        const isWhole = left !== null && left.restoring === undefined;
        if (!isWhole) {
          if (left !== null) expect(() => requireRestored(left)).toThrow(/incomplete/);
          const { corpus } = await restoreArchive(small(store), path, {}, never);
          expect(corpus.restoring).toBeUndefined();
        } else expect(isDone).toBe(true);
        const whole = await store.corpora.get(name);
        if (whole === null) throw new Error('there is no corpus');
        const again = await archived(store, whole, join(folder, `again-${at}`));
        expect(await readFile(again)).toEqual(await readFile(path));
        expect(await store.runs.active()).toEqual([]);
        expect(at).toBeLessThan(200);
      }
    },
  );

  it('in Elasticsearch goes on as well', async () => {
    const folder = await temporaryFolder();
    const path = await wholeArchive(folder);
    const store = await openStore('elasticsearch');
    const faulty = failingFrom(store, 12, true);
    await expect(restoreArchive(small(faulty.store), path, {}, never)).rejects.toThrow('broken off');
    expect((await store.corpora.get(name))?.restoring).toBeDefined();
    const { corpus } = await restoreArchive(restorePorts(store), path, {}, never);
    expect(await readFile(await archived(store, corpus, join(folder, 'again')))).toEqual(
      await readFile(path),
    );
  });

  it('goes on from its own archive only, and its name is taken', async () => {
    const folder = await temporaryFolder();
    const path = await wholeArchive(folder);
    const store = await openStore('embedded');
    await expect(
      restoreArchive(small(failingFrom(store, 8, false).store), path, {}, never),
    ).rejects.toThrow();
    const other = await openStore('embedded');
    const corpus = await createCorpus(other);
    await publish(other, corpus, libraryDocuments);
    const otherPath = await archived(other, corpus, join(folder, 'other'));
    await expect(restoreArchive(restorePorts(store), otherPath, {}, never)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('is being restored from another archive'),
    });
    await expect(restoreArchive(restorePorts(other), path, {}, never)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('there is a corpus library already'),
    });
    const { corpus: beside } = await restoreArchive(restorePorts(other), path, { as: 'beside' }, never);
    expect((await other.corpora.list()).map((each) => each.name)).toEqual(['beside', 'library']);
    expect(beside.name).toBe('beside');
  });

  it('and is taken up while it was only slow, is shut out', async () => {
    const folder = await temporaryFolder();
    const path = await wholeArchive(folder);
    const store = await openStore('embedded');
    let second: Promise<unknown> | null = null;
    const chunks = {
      ...store.chunks,
      commit: async (...given: Parameters<Store['chunks']['commit']>) => {
        second ??= restoreArchive(restorePorts(store), path, {}, never);
        await second;
        return await store.chunks.commit(...given);
      },
    };
    await expect(restoreArchive(small({ ...store, chunks }), path, {}, never)).rejects.toMatchObject({
      code: 'canceled',
    });
    const runs = await store.runs.list(name, 10);
    expect(runs.map(({ state }) => state).sort()).toEqual(['canceled', 'completed']);
    const slow = runs.find(({ state }) => state === 'canceled');
    if (slow === undefined) throw new Error('no run was shut out');
    const late = store.manifest.accept(runRef(slow), slow.runId, [newRevisionOf('late.txt')]);
    await expect(late).rejects.toMatchObject({ code: 'canceled' });
    expect((await store.corpora.get(name))?.restoring).toBeUndefined();
  });

  it('by a signal stops, and its run says so', async () => {
    const folder = await temporaryFolder();
    const path = await wholeArchive(folder);
    const store = await openStore('embedded');
    const stop = new AbortController();
    const onProgress = () => stop.abort(new AppError('canceled', 'stopped by SIGINT'));
    await expect(restoreArchive(small(store), path, { onProgress }, stop.signal)).rejects.toMatchObject({
      code: 'canceled',
    });
    expect((await store.corpora.get(name))?.restoring).toBeDefined();
    const [run] = await store.runs.list(name, 1);
    expect(run).toMatchObject({ state: 'canceled', reason: expect.stringContaining('stopped by SIGINT') });
  });
});

describe('an archive that is broken off', () => {
  it('by a signal leaves the file of before, and nothing beside it', async () => {
    const folder = await temporaryFolder();
    const path = await wholeArchive(folder);
    const before = await readFile(path);
    const store = await openStore('embedded');
    const corpus = await createLibrary(store);
    const stop = new AbortController();
    const onProgress = () => stop.abort(new AppError('canceled', 'stopped by SIGINT'));
    await expect(
      writeArchive({ store, log: silentLogger }, corpus, path, { onProgress }, stop.signal),
    ).rejects.toMatchObject({ code: 'canceled' });
    expect(await readFile(path)).toEqual(before);
    await expect(readFile(`${path}.partial`)).rejects.toThrow('ENOENT');
  });

  it('refuses a place that it cannot write to before it reads anything', async () => {
    const folder = await temporaryFolder();
    const store = await openStore('embedded');
    const corpus = await createCorpus(store);
    const write = (path: string) => writeArchive({ store, log: silentLogger }, corpus, path, {}, never);
    await expect(write(folder)).rejects.toThrow('is no file');
    await expect(write(join(folder, 'absent', 'a'))).rejects.toMatchObject({ code: 'not_found' });
  });
});
