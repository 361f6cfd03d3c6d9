import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContentStore, type DocumentId, type Source, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { createSites, createSource, createTables } from '@winnow/sources';
import { describeSource, postgresServer, type SourceBench, s3Server } from '@winnow/testkit';
import { afterAll, beforeAll, vi } from 'vitest';
import {
  type Held,
  heldArchive,
  heldBucket,
  heldBucketArchive,
  heldFolder,
  heldRecords,
  heldSite,
  heldTable,
} from '../harness/held-sources.ts';

const s3 = await s3Server();
const postgres = await postgresServer();

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('PGUSER', 'winnow');
});
afterAll(() => void vi.unstubAllEnvs());

function benchOf(held: Held, open: () => Source, contentsAsked = () => 0): SourceBench {
  return { ...held, open, contentsAsked };
}

const wholeFile = {
  knownUnread: 'a file of records is read whole',
  looksForOne: 'that a whole file was listed is its proof',
};

describeSource(
  'a folder',
  async () => {
    const held = await heldFolder();
    return benchOf(held, () => createSource(held.settings));
  },
  { knownUnread: 'a file is known by its bytes' },
);

describeSource(
  'an archive in a folder',
  async () => {
    const held = await heldArchive();
    return benchOf(held, () => createSource(held.settings));
  },
  { knownUnread: 'its list is read, and nothing else of it' },
);

for (const kind of ['jsonl', 'csv'] as const) {
  describeSource(
    `a ${kind} file`,
    async () => {
      const held = await heldRecords(kind);
      return benchOf(held, () => createSource(held.settings));
    },
    wholeFile,
  );
}

describeSource('a site by its sitemap', async () => {
  const { held, host, asked } = await heldSite('all');
  const open = () =>
    createSource(held.settings, { openSite: createSites({ allowedHosts: [host], pauseMs: 0 }) });
  return benchOf(held, open, asked);
});

if ('url' in s3) {
  describeSource('a bucket', async () => {
    const { held, endpoint, asked } = await heldBucket(s3.url);
    const options = { endpoint, region: null, pathStyle: true };
    return benchOf(held, () => createSource(held.settings, { s3: options }), asked);
  });

  describeSource(
    'an archive in a bucket',
    async () => {
      const { held, endpoint, asked } = await heldBucketArchive(s3.url);
      const options = { endpoint, region: null, pathStyle: true };
      return benchOf(held, () => createSource(held.settings, { s3: options }), asked);
    },
    { knownUnread: 'its list is read, and nothing else of it' },
  );
}

if ('url' in postgres) {
  describeSource(
    'a table',
    async () => {
      const held = await heldTable(postgres.url);
      return benchOf(held, () => createSource(held.settings, { openTable: createTables() }));
    },
    { knownUnread: 'what its server sends is not counted here' },
  );
}

describeSource('what was pushed', heldPushes, { outOfReach: 'it lies in the index' });

async function heldPushes(): Promise<SourceBench> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-held-'));
  const store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  let asked = 0;
  const contents: ContentStore = {
    ...store.contents,
    async get(...place) {
      asked += 1;
      return await store.contents.get(...place);
    },
  };
  const push = (name: string, text: string | null) =>
    store.contents.put('here', [
      {
        documentId: name as DocumentId,
        content:
          text === null
            ? null
            : { content: Buffer.from(text), mediaType: 'text/plain', title: null, metadata: {} },
        version: null,
        idempotencyKey: null,
      },
    ]);
  return {
    open: () => createSource({ kind: 'push', place: 'here' }, { contents }),
    idOf: (name) => name,
    put: push,
    remove: (name) => push(name, null),
    cut: () => Promise.reject(new Error('it cannot be cut off')),
    contentsAsked: () => asked,
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
