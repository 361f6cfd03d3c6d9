import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Store, silentLogger } from '@winnow/core';
import { describeStore } from '@winnow/testkit';
import { openEmbeddedStore } from './embedded-store.ts';
import { breakOffCreate, breakVector, loseChunk, plantOrphan } from './fixtures/damage.ts';

describeStore('embedded', {
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'winnow-embedded-'));
    const path = join(folder, 'index.sqlite');
    let store: Store = await openEmbeddedStore({ path, log: silentLogger });
    return {
      store,
      async reopen() {
        await store.close();
        store = await openEmbeddedStore({ path, log: silentLogger });
        return store;
      },
      breakOffCreate: (corpus) => breakOffCreate(path, corpus),
      plantOrphan: (ref, documentId) => plantOrphan(path, store, ref, documentId),
      loseChunk: (ref, documentId, position) => loseChunk(path, ref, documentId, position),
      breakVector: (ref, documentId, position) => breakVector(path, ref, documentId, position),
      async dispose() {
        await store.close();
        await rm(folder, { recursive: true });
      },
    };
  },
});
