import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveRef, type Store, silentLogger } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openEmbeddedStore } from './embedded-store.ts';
import { makeReadOnly, makeWritable, startOnlooker } from './fixtures/unprivileged.ts';

const corpus = corpusOf('shown');
const ref = liveRef(corpus);
const { signal } = new AbortController();
let folder: string;
let data: string;
let path: string;
const open = () => openEmbeddedStore({ path, log: silentLogger });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-shown-'));
  await makeWritable(folder);
  data = join(folder, 'data');
  path = join(data, 'winnow.db');
  await mkdir(data);
});
afterEach(async () => {
  await makeWritable(data);
  await rm(folder, { recursive: true });
});

async function publish(store: Store, id: string): Promise<void> {
  await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf(id)]);
  await store.chunks.commit(ref, [revisionOf(id, 1, [`text of ${id}`])], signal);
}

function onlooker() {
  const started = startOnlooker(path);
  onTestFinished(() => started.close());
  return started;
}

describe('a data folder that may not be written', () => {
  test('is read, and nothing is left in it', async () => {
    const store = await open();
    await store.corpora.create(corpus);
    await publish(store, 'a');
    await store.close();
    await makeReadOnly(data);
    expect(await onlooker().look()).toEqual({ shown: ['text of a'] });
    expect(await readdir(data)).toEqual(['winnow.db']);
  });

  test('is read beside its owner, who writes, and after', async () => {
    const store = await open();
    await store.corpora.create(corpus);
    await publish(store, 'a');
    await makeReadOnly(data);
    const looker = onlooker();
    expect(await looker.look()).toEqual({ shown: ['text of a'] });
    await publish(store, 'b');
    expect(await looker.look()).toEqual({ shown: ['text of a', 'text of b'] });
    await makeWritable(data);
    await store.close();
    expect(await looker.look()).toEqual({ shown: ['text of a', 'text of b'] });
  });

  test('is read anew once its owner has written to it and is gone', async () => {
    const first = await open();
    await first.corpora.create(corpus);
    await publish(first, 'a');
    await first.close();
    await makeReadOnly(data);
    const looker = onlooker();
    expect(await looker.look()).toEqual({ shown: ['text of a'] });
    await makeWritable(data);
    const second = await open();
    await publish(second, 'b');
    await second.close();
    await makeReadOnly(data);
    expect(await looker.look()).toEqual({ shown: ['text of a', 'text of b'] });
  });

  test('is read anew once its owner has begun to write, and still does', async () => {
    const first = await open();
    await first.corpora.create(corpus);
    await publish(first, 'a');
    await first.close();
    await makeReadOnly(data);
    const looker = onlooker();
    expect(await looker.look()).toEqual({ shown: ['text of a'] });

    await makeWritable(data);
    const second = await open();
    await publish(second, 'b');
    await makeReadOnly(data);
    expect(await looker.look()).toEqual({ shown: ['text of a', 'text of b'] });
    await makeWritable(data);
    await publish(second, 'c');
    await second.close();
    await makeReadOnly(data);
    expect(await looker.look()).toEqual({ shown: ['text of a', 'text of b', 'text of c'] });
  });

  test('is refused while its last changes are in a log that nobody can read', async () => {
    const store = await open();
    await store.corpora.create(corpus);
    await publish(store, 'a');
    const copy = join(folder, 'copy');
    await mkdir(copy);
    for (const name of ['winnow.db', 'winnow.db-wal']) await copyFile(join(data, name), join(copy, name));
    await store.close();
    path = join(copy, 'winnow.db');
    await makeReadOnly(copy);
    expect(await onlooker().look()).toMatchObject({
      error: { code: 'failed_precondition', message: expect.stringContaining('open it once as its owner') },
    });
    await makeWritable(copy);
  });
});
