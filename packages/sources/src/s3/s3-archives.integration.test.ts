import { randomBytes } from 'node:crypto';
import {
  type DocumentId,
  maxDocumentBytes,
  type ScanEvent,
  type Source,
  type SourceItem,
} from '@winnow/core';
import { archiveOf, docxOf, s3Server, uniquePrefix, wordParagraph } from '@winnow/testkit';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { itemsOf, readItems, scanAll, scanInSlices, scanItems, uncoveredIn } from '../test-scan.ts';
import { createS3Source } from './s3-source.ts';
import { openBucket } from './test-bucket.ts';

const { signal } = new AbortController();
const server = await s3Server();
const bucketName = uniquePrefix();

let bucket: Awaited<ReturnType<typeof openBucket>>;
/** Of a test of its own. */
let prefix: string;
let prefixes = 0;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  if ('url' in server) bucket = await openBucket(server.url, bucketName);
});
beforeEach(() => {
  prefix = `${prefixes++}/`;
});
afterEach(() => bucket.intercept(() => false));
afterAll(async () => {
  await bucket?.close();
  vi.unstubAllEnvs();
});

function source({
  exclude = [],
  keysPerPage = 1_000,
}: {
  exclude?: string[];
  keysPerPage?: number;
} = {}): Source {
  const settings = { kind: 's3' as const, bucket: bucketName, prefix, include: ['**/*'], exclude };
  return createS3Source(settings, { endpoint: bucket.endpoint, region: null, pathStyle: true, keysPerPage });
}

const put = (name: string, bytes: Uint8Array | string) => bucket.put(prefix + name, bytes);
const ids = (items: readonly SourceItem[]) => items.map(({ documentId }) => documentId);
const reasonsIn = (events: readonly ScanEvent[]) =>
  Object.fromEntries(
    itemsOf(events).flatMap((item) =>
      item.kind === 'unreadable' ? [[item.documentId, item.reason.code]] : [],
    ),
  );
const isGone = (archive: string, member: string) =>
  source().isGone(`${archive}/${member}` as DocumentId, { member }, signal);

/** What passes the door while something is done. */
async function passedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  bucket.passed.length = 0;
  await work();
  return [...bucket.passed];
}

/** The server answers for an object with an error. */
function refuseObjects(status: number, code: string): void {
  bucket.intercept((request, response) => {
    if (request.url?.includes('list-type=2') === true) return false;
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
    return true;
  });
}

describe.skipIf('missing' in server)('an archive in a bucket', () => {
  it('is documents of its own, with paths below its key, and its neighbours are as ever', async () => {
    await put('beside.md', 'beside');
    await put('old.zip', archiveOf({ 'b.md': '# B', 'deep/a.txt': 'A', 'deep/': '', '.hidden.md': 'no' }));
    await put('letter.zip', docxOf(wordParagraph('a letter')));
    const items = await scanItems(source());
    expect(ids(items)).toEqual(['beside.md', 'letter.zip', 'old.zip/b.md', 'old.zip/deep/a.txt']);
    const documents = await readItems(source(), items);
    expect(documents.map(({ content }) => Buffer.from(content).toString()).slice(2)).toEqual(['# B', 'A']);
    expect(documents.map(({ mediaType }) => mediaType)).toMatchObject({ 2: 'text/markdown' });
    expect(documents.map(({ contentHash }) => contentHash)).toEqual(
      items.map((item) => item.kind === 'document' && item.contentHash),
    );
    const without = source({ exclude: ['**/deep/**', 'letter.zip'] });
    expect(ids(await scanItems(without))).toEqual(['beside.md', 'old.zip/b.md']);
  });

  it('is not read again while it is the same, and of one that is large nothing but its list and what is asked for', async () => {
    const large = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`${at}.bin`, randomBytes(100_000)]),
    );
    await put('a.zip', archiveOf({ ...large, 'one.md': 'one', 'long.txt': randomBytes(1_500_000) }));
    await put('b.zip', archiveOf({ 'two.md': 'two' }));
    let items: readonly SourceItem[] = [];
    const first = await passedBy(async () => {
      items = await scanItems(source());
    });
    expect(items).toHaveLength(33);
    // The beginning and the end of the large one, and all of the small one.
    expect(first).toEqual(['GET list', 'GET object', 'GET object', 'GET object']);
    expect(await passedBy(async () => expect(await scanItems(source())).toEqual(items))).toEqual([
      'GET list',
    ]);
    const reading = async (id: string) => {
      const [document] = await readItems(
        source(),
        items.filter(({ documentId }) => documentId === id),
      );
      return document?.content.length;
    };
    expect(await passedBy(async () => expect(await reading('a.zip/one.md')).toBe(3))).toEqual([
      'GET list',
      'GET object',
    ]);
    expect(await reading('a.zip/long.txt')).toBe(1_500_000);
    expect(await reading('a.zip/17.bin')).toBe(100_000);
  });

  it('has another version where a file of it changed, and the same of the others', async () => {
    const hashes = async () =>
      (await scanItems(source())).map((item) => (item.kind === 'document' ? item.contentHash : null));
    await put('a.zip', archiveOf({ '1.md': 'one', '2.md': 'two' }));
    const before = await hashes();
    await put('a.zip', archiveOf({ '1.md': 'eno', '2.md': 'two', '3.md': 'three' }));
    const after = await hashes();
    expect([after[0] === before[0], after[1] === before[1], after.length]).toEqual([false, true, 3]);
  });

  it('is left and gone on with at any place, and nothing is missed or said twice', async () => {
    const files = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`${at}.md`, `text ${at}`]));
    await put('a.md', 'a');
    await put('b.zip', archiveOf(files));
    await put('c.md', 'c');
    await put('d.zip', archiveOf(files));
    const open = () => source({ keysPerPage: 2 });
    const whole = await scanAll(open());
    expect(whole).toHaveLength(12);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        async (sizes) => {
          expect(await scanInSlices(open, sizes)).toEqual(whole);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is listed anew where it changed within a scan, and then nothing is said to be gone', async () => {
    await put('a.zip', archiveOf({ '1.md': 'one', '2.md': 'two', '3.md': 'three' }));
    const [first] = itemsOf(await scanAll(source()));
    await put('a.zip', archiveOf({ '2.md': 'two', '4.md': 'four' }));
    const rest = await scanAll(source(), first?.cursor ?? null);
    expect(uncoveredIn(rest)).toEqual([
      { prefix: 'a.zip/', reason: 'the archive changed while it was listed' },
    ]);
    expect(ids(itemsOf(rest))).toEqual(['a.zip/2.md', 'a.zip/4.md']);
    await bucket.remove(`${prefix}a.zip`);
    await put('b.md', 'b');
    expect(ids(itemsOf(await scanAll(source(), first?.cursor ?? null)))).toEqual(['b.md']);
  });

  it('says of a file that is no longer in it that it is gone, and of one in an archive that is not whole nothing', async () => {
    const bytes = archiveOf({ '1.md': 'one', '2.md': 'two' });
    await put('a.zip', bytes);
    expect([await isGone('a.zip', '1.md'), await isGone('a.zip', '3.md')]).toEqual([false, true]);
    expect(await source().isGone('a.zip' as DocumentId, {}, signal)).toBe(true);

    await put('a.zip', bytes.subarray(0, bytes.length - 30));
    const cut = await scanAll(source());
    expect(uncoveredIn(cut).map(({ prefix: where }) => where)).toEqual(['a.zip/']);
    expect(reasonsIn(cut)).toEqual({ 'a.zip': 'truncated' });
    expect([await isGone('a.zip', '1.md'), await isGone('a.zip', '3.md')]).toEqual([false, false]);
    expect(await source().isGone('a.zip' as DocumentId, {}, signal)).toBe(false);

    await put('a.zip', 'no archive at all');
    expect(uncoveredIn(await scanAll(source()))).toHaveLength(1);
    expect(await isGone('a.zip', '1.md')).toBe(false);
    await bucket.remove(`${prefix}a.zip`);
    expect(await isGone('a.zip', '1.md')).toBe(true);
  });

  it('costs one entry where it is a bomb, and a file of it that is one costs itself alone', async () => {
    const many = Array.from({ length: 4 }, (_, at) => [`${at}.txt`, Buffer.alloc(5 * 1024 * 1024)]);
    await put('bomb.zip', archiveOf(Object.fromEntries(many)));
    await put('mixed.zip', archiveOf({ 'bomb.txt': Buffer.alloc(20 * 1024 * 1024), 'good.md': 'good' }));
    await put('nested.zip', archiveOf({ 'inner.zip': archiveOf({ 'a.md': 'a' }) }));
    const events = await scanAll(source());
    expect(reasonsIn(events)).toEqual({
      'bomb.zip': 'too_large',
      'mixed.zip/bomb.txt': 'too_large',
      'nested.zip/inner.zip': 'unsupported_type',
    });
    expect(ids(itemsOf(events))).toContain('mixed.zip/good.md');
  });

  it('may be larger than a document may', async () => {
    const large = Object.fromEntries(
      [0, 1].map((at) => [`${at}.bin`, randomBytes(maxDocumentBytes / 2 + 1)]),
    );
    await put('large.zip', archiveOf({ ...large, 'one.md': 'one' }));
    expect(ids(await scanItems(source()))).toContain('large.zip/one.md');
  });

  it('that may not be read is refused by itself, and covers nothing', async () => {
    await put('a.zip', archiveOf({ '1.md': 'one' }));
    await put('b.md', 'b');
    refuseObjects(403, 'AccessDenied');
    const events = await scanAll(source());
    expect(reasonsIn(events)).toEqual({ 'a.zip': 'unreadable' });
    expect(uncoveredIn(events).map(({ prefix: where }) => where)).toEqual(['a.zip/']);
    expect(ids(itemsOf(events))).toEqual(['a.zip', 'b.md']);
    expect(await isGone('a.zip', '2.md')).toBe(false);
    refuseObjects(412, 'PreconditionFailed');
    expect(reasonsIn(await scanAll(source()))).toEqual({ 'a.zip': 'unreadable' });
    refuseObjects(404, 'NoSuchKey');
    expect(ids(itemsOf(await scanAll(source())))).toEqual(['b.md']);
  });

  it('says nothing of itself where the bucket does not answer, or its answer breaks off', async () => {
    await put('a.zip', archiveOf({ '1.md': 'one' }));
    const items = await scanItems(source());
    const one = () =>
      source().read(
        items[0]?.documentId as DocumentId,
        items[0]?.kind === 'document' ? items[0].location : {},
        signal,
      );
    refuseObjects(503, 'SlowDown');
    await expect(one()).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
    bucket.intercept((request, response) => {
      if (request.url?.includes('list-type=2') === true) return false;
      response.writeHead(206, { 'content-length': '1000' });
      response.write('PK', () => response.destroy());
      return true;
    });
    await expect(one()).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
    await put('b.zip', archiveOf({ '2.md': 'two' }));
    await expect(scanAll(source())).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
    expect(await isGone('b.zip', '3.md')).toBe(false);
  });

  it('whose bytes are damaged is refused when the file is read', async () => {
    const damaged = Buffer.from(
      archiveOf({ 'bad.md': 'a text that is long enough to be packed, packed, packed' }),
    );
    const at = damaged.indexOf('bad.md') + 'bad.md'.length + 4;
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    await put('a.zip', damaged);
    const reading = source().read('a.zip/bad.md' as DocumentId, { member: 'bad.md' }, signal);
    await expect(reading).rejects.toMatchObject({ code: 'failed_precondition', part: null });
    await expect(
      source().read('b.zip/bad.md' as DocumentId, { member: 'bad.md' }, signal),
    ).rejects.toMatchObject({ code: 'not_found', part: null });
  });
});
