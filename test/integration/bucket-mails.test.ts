import type { DocumentId, ScanEvent, Source } from '@winnow/core';
import { createSource } from '@winnow/sources';
import { archiveOf, orderMail, s3Server, uniquePrefix } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createOpenMails } from '../../packages/engine/src/prepare/open-mails.ts';
import { createPreparePool } from '../../packages/engine/src/prepare/prepare-pool.ts';
import { openBucket } from '../../packages/sources/src/s3/test-bucket.ts';

const { signal } = new AbortController();
const server = await s3Server();
const bucketName = uniquePrefix();

let bucket: Awaited<ReturnType<typeof openBucket>>;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  if ('url' in server) bucket = await openBucket(server.url, bucketName);
});
afterAll(async () => {
  await bucket?.close();
  vi.unstubAllEnvs();
});

/** Opens the bucket as one process does, again and again. */
function process(prefix: string): () => Source {
  const pool = createPreparePool(1);
  onTestFinished(() => pool.close());
  const mails = createOpenMails(pool.openMail);
  const s3 = { endpoint: bucket.endpoint, region: null, pathStyle: true };
  const place = { kind: 's3' as const, bucket: bucketName, prefix, include: ['**/*'], exclude: [] };
  return () => createSource({ ...place, mailAttachments: 'documents' }, { s3, mails });
}

const scan = (source: Source, after: string | null = null): Promise<ScanEvent[]> =>
  Array.fromAsync(source.scan({ after, signal }));
const idsIn = (events: readonly ScanEvent[]) =>
  events.flatMap((event) => (event.kind === 'uncovered' ? [] : [event.documentId]));

async function textOf(source: Source, events: readonly ScanEvent[], id: string): Promise<string> {
  const item = events.find((event) => event.kind === 'document' && event.documentId === id);
  if (item?.kind !== 'document') throw new Error(`${id} is not listed`);
  const raw = await source.read(id as DocumentId, item.location, signal);
  expect(raw.contentHash).toBe(item.contentHash);
  return Buffer.from(raw.content).toString();
}

describe.skipIf('missing' in server)('attachments of mails in a bucket', () => {
  test('are documents of their own where that is chosen, in archives too, and the scan goes on at any of them', async () => {
    await bucket.put('own/a.eml', orderMail('Forty gaskets.'));
    await bucket.put('own/b.zip', archiveOf({ 'in.eml': orderMail('Nine bolts.'), 'x.md': 'x' }));
    const open = process('own/');
    const events = await scan(open());
    expect(idsIn(events)).toEqual([
      'a.eml',
      'a.eml/attachments/list.txt',
      'b.zip/in.eml',
      'b.zip/in.eml/attachments/list.txt',
      'b.zip/x.md',
    ]);
    expect(await textOf(open(), events, 'a.eml/attachments/list.txt')).toContain('Forty gaskets.');
    expect(await textOf(open(), events, 'b.zip/in.eml/attachments/list.txt')).toContain('Nine bolts.');
    for (const [at, event] of events.entries()) {
      if (event.kind === 'uncovered') throw new Error('something is not covered');
      expect(await scan(open(), event.cursor)).toEqual(events.slice(at + 1));
    }
  });

  test('are known to a process that has listed them, without their mail being read', async () => {
    await bucket.put('known/a.eml', orderMail('Forty gaskets.'));
    const open = process('known/');
    const first = await scan(open());
    bucket.passed.length = 0;
    expect(await scan(open())).toEqual(first);
    expect(bucket.passed).toEqual(['GET list']);
    await bucket.put('known/a.eml', orderMail('Fifty gaskets.'));
    const second = await scan(open());
    expect(idsIn(second)).toEqual(idsIn(first));
    expect(await textOf(open(), second, 'a.eml/attachments/list.txt')).toContain('Fifty gaskets.');
  });

  test('are gone with their mail, and not where it cannot be read', async () => {
    await bucket.put('gone/a.eml', orderMail('Forty gaskets.'));
    await bucket.put('gone/z.md', 'beside');
    const open = process('gone/');
    const attached = (await scan(open()))[1];
    if (attached?.kind !== 'document') throw new Error('nothing is attached');
    const isGone = () => open().isGone(attached.documentId, attached.location, signal);
    expect(await isGone()).toBe(false);
    bucket.intercept((request, response) => {
      if (request.url?.includes('list-type=2') === true) return false;
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
      return true;
    });
    const other = process('gone/');
    const events = await scan(other());
    expect(events.filter(({ kind }) => kind === 'uncovered')).toMatchObject([
      { prefix: 'a.eml/attachments' },
    ]);
    expect(idsIn(events)).toEqual(['a.eml', 'z.md']);
    expect(await isGone()).toBe(false);
    bucket.intercept(() => false);
    await bucket.remove('gone/a.eml');
    expect(await isGone()).toBe(true);
  });
});
