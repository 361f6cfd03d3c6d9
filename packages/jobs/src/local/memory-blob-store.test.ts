import { type LogFields, silentLogger } from '@winnow/core';
import { describeBlobStore } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { createMemoryBlobStore } from './memory-blob-store.ts';

const hourMs = 3_600_000;

describeBlobStore('memory', async () => createMemoryBlobStore({ maxBytes: 8_000_000, log: silentLogger }));

describe('createMemoryBlobStore when it is full', () => {
  it('lets a put wait until another blob is deleted', async () => {
    const store = createMemoryBlobStore({ maxBytes: 10, log: silentLogger, roomWaitMs: 600_000 });
    await store.put('a', new Uint8Array(8), hourMs);
    const waiting = store.put('b', new Uint8Array(8), hourMs);
    expect(await store.get('b')).toBeNull();
    await store.delete(['a']);
    await waiting;
    expect(await store.get('b')).toHaveLength(8);
  });

  it('drops a blob when nobody makes room, says so, and never holds more than it may', async () => {
    const logged: LogFields[] = [];
    const log = { ...silentLogger, warn: (fields: LogFields) => logged.push(fields) };
    const store = createMemoryBlobStore({ maxBytes: 10, log, roomWaitMs: 0 });
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const key of keys) {
      await store.put(key, new Uint8Array(4), hourMs);
      expect(await store.get(key)).toHaveLength(4);
    }
    const kept = (await Promise.all(keys.map((key) => store.get(key)))).filter((bytes) => bytes !== null);
    expect(kept).toHaveLength(2);
    expect(logged.map(({ event }) => event)).toEqual(['blob-dropped', 'blob-dropped', 'blob-dropped']);
  });

  it('drops what has expired before anything else', async () => {
    const store = createMemoryBlobStore({ maxBytes: 10, log: silentLogger, roomWaitMs: 0 });
    await store.put('kept', new Uint8Array(5), hourMs);
    await store.put('expired', new Uint8Array(5), -1);
    await store.put('new', new Uint8Array(5), hourMs);
    expect(await store.get('kept')).toHaveLength(5);
  });

  it('refuses a blob that could never fit', async () => {
    const store = createMemoryBlobStore({ maxBytes: 10, log: silentLogger });
    await expect(store.put('a', new Uint8Array(11), hourMs)).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });

  it('ends the wait of a put when it is closed', async () => {
    const store = createMemoryBlobStore({ maxBytes: 10, log: silentLogger, roomWaitMs: 600_000 });
    await store.put('a', new Uint8Array(8), hourMs);
    const waiting = store.put('b', new Uint8Array(8), hourMs);
    await store.close();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
  });
});
