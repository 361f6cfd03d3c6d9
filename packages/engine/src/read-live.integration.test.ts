import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type Corpus, type Store, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { corpusOf, generationOf } from '@winnow/testkit';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readLive, streamLive } from './read-live.ts';

let store: Store;
let corpus: Corpus;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-live-'));
  store = await openEmbeddedStore({ path: join(folder, 'winnow.db'), log: silentLogger });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  corpus = corpusOf('pages');
  await store.corpora.create(corpus);
});

/** Readers are switched to generation 2, and 1 is given up. */
async function switchAndDrop(): Promise<void> {
  await store.corpora.update(corpus, (current) => ({
    ...current,
    generations: [{ ...generationOf(current.name, current.corpusId, 2), state: 'live' }],
    liveGeneration: 2,
  }));
}

const gone = () => new AppError('not_found', 'there is no such generation, any more');

describe('what readers see', () => {
  it('is read of the next generation where the one that the reading began on was given up', async () => {
    const read = readLive(store, corpus.name, async ({ liveGeneration }) => {
      if (liveGeneration === 2) return 'found';
      await switchAndDrop();
      throw gone();
    });
    expect(await read).toBe('found');
  });

  it('is told as it failed where the generation is there, and where the corpus is gone', async () => {
    const failing = () => readLive(store, corpus.name, () => Promise.reject(gone()));
    await expect(failing()).rejects.toThrow('no such generation');
    const leaving = readLive(store, corpus.name, async () => {
      await store.corpora.delete(corpus.name);
      throw gone();
    });
    await expect(leaving).rejects.toThrow('no such generation');
  });

  it('is not begun anew where somebody was given a piece of it', async () => {
    const pieces = (before: number) =>
      Array.fromAsync(
        streamLive(store, corpus.name, async function* ({ liveGeneration }) {
          for (let piece = 0; piece < 3; piece += 1) {
            if (liveGeneration === 1 && piece === before) {
              await switchAndDrop();
              throw gone();
            }
            yield `${liveGeneration}: ${piece}`;
          }
        }),
      );
    await expect(pieces(1)).rejects.toThrow('no such generation');
    await store.corpora.update(corpus, () => ({ ...corpus }));
    expect(await pieces(0)).toEqual(['2: 0', '2: 1', '2: 2']);
  });
});
