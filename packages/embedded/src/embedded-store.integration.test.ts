import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Store, silentLogger } from '@winnow/core';
import { describeStore, testDimensions } from '@winnow/testkit';
import { openDatabase } from './database.ts';
import { openEmbeddedStore } from './embedded-store.ts';
import { createGeneration } from './generations.ts';

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
      async openGeneration(ref) {
        const database = openDatabase(path, { readOnly: false });
        database.write(() => createGeneration(database, ref, testDimensions));
        database.close();
      },
      async dispose() {
        await store.close();
        await rm(folder, { recursive: true });
      },
    };
  },
});
