import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type Corpus, type Store, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { corpusOf, generationOf } from '@winnow/testkit';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createReadAhead, type ReadAhead } from './read-ahead.ts';

let store: Store;
let corpus: Corpus;
/** Resolves reads of the corpus' record, which wait for it. */
let answer: () => void;
let readAhead: ReadAhead;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-ahead-'));
  store = await openEmbeddedStore({ path: join(folder, 'winnow.db'), log: silentLogger });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  corpus = corpusOf('pages');
  await store.corpora.create(corpus);
  const gate = Promise.withResolvers<void>();
  answer = gate.resolve;
  let reads = 0;
  const get: Store['corpora']['get'] = async (name) => {
    reads += 1;
    if (reads > 1) await gate.promise;
    return await store.corpora.get(name);
  };
  readAhead = createReadAhead({ ...store, corpora: { ...store.corpora, get } });
  await readAhead(corpus.name, async () => {});
});

async function promoteSecond(): Promise<void> {
  await store.corpora.update(corpus, (current) => ({
    ...current,
    generations: [
      ...current.generations.map((one) => ({ ...one, state: 'retired' as const })),
      { ...generationOf(current.name, current.corpusId, 2), state: 'live' },
    ],
    liveGeneration: 2,
  }));
}

describe('a corpus that was read before', () => {
  it('is read as it was then, once, while its record is asked for', async () => {
    const begun = Promise.withResolvers<number>();
    let times = 0;
    const read = readAhead(corpus.name, async ({ liveGeneration }) => {
      times += 1;
      begun.resolve(liveGeneration);
      return liveGeneration;
    });
    expect(await begun.promise).toBe(1);
    answer();
    expect(await read).toBe(1);
    expect(times).toBe(1);
  });

  it('is read anew where readers were switched meanwhile, whatever became of the early reading', async () => {
    await promoteSecond();
    answer();
    const generationOf = (fails: boolean) =>
      readAhead(corpus.name, async ({ liveGeneration }) => {
        if (fails && liveGeneration === 1) throw new AppError('not_found', 'given up');
        return liveGeneration;
      });
    expect(await generationOf(true)).toBe(2);
    expect(await generationOf(false)).toBe(2);
  });

  it('is not found where it was deleted, though it could be read', async () => {
    await store.corpora.delete(corpus.name);
    answer();
    await expect(readAhead(corpus.name, async () => 'found')).rejects.toThrow('no corpus pages');
  });

  it('is told as it failed where nothing has changed', async () => {
    answer();
    const failing = readAhead(corpus.name, () => Promise.reject(new AppError('unavailable', 'no answer')));
    await expect(failing).rejects.toThrow('no answer');
  });
});
