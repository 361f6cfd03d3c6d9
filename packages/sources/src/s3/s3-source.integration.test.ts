import { gzipSync } from 'node:zlib';
import type { DocumentId, Source } from '@winnow/core';
import { s3Server, uniquePrefix } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createSource } from '../create-source.ts';
import { itemsOf, readItems, scanAll, scanInSlices, scanItems } from '../test-scan.ts';
import { parseS3Address } from './s3-address.ts';
import { createS3Source } from './s3-source.ts';
import { openBucket } from './test-bucket.ts';

const { signal } = new AbortController();
const server = await s3Server();
const missing = 'missing' in server ? server.missing : false;
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

function sourceAt(
  address: string,
  { keysPerPage = 1_000, ...more }: { exclude?: string[]; keysPerPage?: number } = {},
): Source {
  const settings: Parameters<typeof createS3Source>[0] = {
    kind: 's3',
    ...parseS3Address(address),
    include: ['**/*'],
    exclude: [],
    ...more,
  };
  return createS3Source(settings, { endpoint: bucket.endpoint, region: null, pathStyle: true, keysPerPage });
}

const idsOf = (items: readonly { documentId: DocumentId }[]) => items.map(({ documentId }) => documentId);
const textOf = ({ content }: { content: Uint8Array }) => Buffer.from(content).toString();

describe.skipIf(missing)('a bucket as a source', () => {
  test('is listed below a prefix, by whole parts of keys, and read with what the server knows', async () => {
    await bucket.put('docs/a.md', '# A', { ContentType: 'text/markdown' });
    await bucket.put('docs/sub/ü 长+%.html', '<p>B</p>', { ContentType: 'text/html; charset=utf-8' });
    await bucket.put('docs/plain', 'no type');
    await bucket.put('docs/sub/', '');
    await bucket.put('docs/picture.png', 'png');
    await bucket.put('docs-old/c.md', 'other');
    const source = sourceAt(`s3://${bucketName}/docs`, { exclude: ['*.png'] });
    const items = await scanItems(source);
    expect(idsOf(items)).toEqual(['a.md', 'plain', 'sub/ü 长+%.html']);
    const documents = await readItems(source, items);
    expect(documents.map(textOf)).toEqual(['# A', 'no type', '<p>B</p>']);
    expect(documents.map(({ mediaType }) => mediaType)).toEqual([
      'text/markdown',
      null,
      'text/html; charset=utf-8',
    ]);
    for (const [at, item] of items.entries()) {
      expect(item).toMatchObject({ kind: 'document', contentHash: documents[at]?.contentHash });
    }
    await source.check(signal);
  });

  test('is not read to find out what has changed, whether an object came in one part or in several', async () => {
    const parts = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('end')];
    await bucket.putInParts('parts/large.txt', parts);
    await bucket.put('parts/small.txt', 'one');
    const source = sourceAt(`s3://${bucketName}/parts/`);
    bucket.passed.length = 0;
    const first = await scanItems(source);
    const second = await scanItems(source);
    expect(second).toEqual(first);
    expect(bucket.passed).toEqual(['GET list', 'GET list']);
    const [large] = await readItems(source, first);
    expect(large?.content.byteLength).toBe(5 * 1024 * 1024 + 3);
    expect(large?.contentHash).toBe(first[0]?.kind === 'document' ? first[0].contentHash : '');

    await bucket.putInParts('parts/large.txt', [parts[0] ?? Buffer.of(), Buffer.from('END')]);
    const changed = await scanItems(source);
    expect(
      changed.map(
        (item, at) => item.kind === 'document' && JSON.stringify(item) === JSON.stringify(first[at]),
      ),
    ).toEqual([false, true]);
    // What is read is known as what it is, also where it is newer than what was listed.
    const [newer] = await readItems(source, first);
    expect(newer?.contentHash).toBe(changed[0]?.kind === 'document' ? changed[0].contentHash : '');
  });

  test('of many pages gives the same in slices, and goes on behind the last key where a page cannot be had', async () => {
    const keys = Array.from({ length: 230 }, (_, at) => `many/${String(at).padStart(5, '0')}.txt`);
    for (let at = 0; at < keys.length; at += 100) {
      await Promise.all(keys.slice(at, at + 100).map((key) => bucket.put(key, key)));
    }
    const open = () => sourceAt(`s3://${bucketName}/many`, { keysPerPage: 100 });
    const whole = await scanAll(open());
    expect(itemsOf(whole)).toHaveLength(230);
    expect(await scanInSlices(open, [70, 100, 1])).toEqual(whole);

    let lists = 0;
    bucket.intercept((request, response) => {
      if (request.url?.includes('list-type=2') !== true) return false;
      lists += 1;
      if (lists < 2) return false;
      response.writeHead(503, { 'content-type': 'application/xml' });
      response.end('<Error><Code>SlowDown</Code><Message>later</Message></Error>');
      return true;
    });
    const met: string[] = [];
    const broken = async () => {
      for await (const event of open().scan({ after: null, signal })) {
        if (event.kind !== 'uncovered') met.push(event.cursor);
      }
    };
    await expect(broken()).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
    bucket.intercept(() => false);
    expect(met).toHaveLength(100);
    expect(itemsOf(await scanAll(open(), met.at(-1) ?? null))).toEqual(itemsOf(whole).slice(100));
  });

  test('only an object that is not there is gone: not one of a bucket that is gone, or that nobody may list', async () => {
    await bucket.put('gone/a.md', 'a');
    await bucket.put('gone/a.md.bak', 'b');
    const source = sourceAt(`s3://${bucketName}/gone`);
    const isGone = (from: Source, id: string) => from.isGone(id as DocumentId, {}, signal);
    expect(await isGone(source, 'a.md')).toBe(false);
    await bucket.remove('gone/a.md');
    expect(await isGone(source, 'a.md')).toBe(true);
    expect(await isGone(sourceAt(`s3://${uniquePrefix()}/gone`), 'a.md')).toBe(false);
    bucket.intercept((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
      return true;
    });
    expect(await isGone(source, 'a.md')).toBe(false);
    await expect(source.check(signal)).rejects.toMatchObject({ code: 'failed_precondition', part: 'source' });
    await expect(scanAll(source)).rejects.toMatchObject({ code: 'failed_precondition', part: 'source' });
    bucket.intercept(() => false);
  });

  test('that is not there, does not answer or holds nothing is an error of the source, of one object its own', async () => {
    const nowhere = sourceAt(`s3://${uniquePrefix()}`);
    await expect(scanAll(nowhere)).rejects.toMatchObject({ code: 'not_found', part: 'source' });
    await expect(scanAll(sourceAt(`s3://${bucketName}/empty`))).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('holds no documents'),
    });
    await expect(nowhere.read('a' as DocumentId, {}, signal)).rejects.toMatchObject({
      code: 'unavailable',
      part: 'source',
    });
    await expect(sourceAt(`s3://${bucketName}`).read('no' as DocumentId, {}, signal)).rejects.toMatchObject({
      code: 'not_found',
      part: null,
    });
    const away = createSource(
      { kind: 's3', bucket: bucketName, prefix: '', include: ['**/*'], exclude: [] },
      { s3: { endpoint: 'http://127.0.0.1:1', region: null, pathStyle: true } },
    );
    await expect(scanAll(away)).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
  });

  test('unpacks what is stored packed, within the limit of a document', async () => {
    await bucket.put('packed/a.txt', gzipSync('plain again'), { ContentEncoding: 'gzip' });
    await bucket.put('packed/b.txt', gzipSync(Buffer.alloc(33 * 1024 * 1024)), { ContentEncoding: 'gzip' });
    await bucket.put('packed/c.txt', 'not packed', { ContentEncoding: 'gzip' });
    const source = sourceAt(`s3://${bucketName}/packed`);
    const [a, b, c] = await scanItems(source);
    expect((await readItems(source, a === undefined ? [] : [a])).map(textOf)).toEqual(['plain again']);
    for (const item of [b, c]) {
      const reading = readItems(source, item === undefined ? [] : [item]);
      await expect(reading).rejects.toMatchObject({ code: 'failed_precondition', part: null });
    }
  });
});

describe('parseS3Address', () => {
  test.each([
    ['s3://docs', { bucket: 'docs', prefix: '' }],
    ['s3://docs/', { bucket: 'docs', prefix: '' }],
    ['s3://my.docs/a/b', { bucket: 'my.docs', prefix: 'a/b/' }],
    ['s3://docs/a b/长/', { bucket: 'docs', prefix: 'a b/长/' }],
  ])('takes %s', (address, place) => {
    expect(parseS3Address(address)).toEqual(place);
  });

  test.each(['s3://', 's3:///a', 's3://Docs', 's3://d/a', 's3://a_b/c', `s3://docs/${'x'.repeat(1_025)}`])(
    'refuses %s',
    (address) => {
      expect(() => parseS3Address(address)).toThrow(/is no s3:\/\/bucket\/prefix/);
    },
  );
});
