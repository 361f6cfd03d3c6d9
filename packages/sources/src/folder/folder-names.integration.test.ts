import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DocumentId, type SourceItem, sha256 } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readItems, scanAll, scanItems, uncoveredIn } from '../test-scan.ts';
import { createFolderSource } from './folder-source.ts';
import { writeFiles } from './test-file-system.ts';

const { signal } = new AbortController();
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'winnow-names-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const source = (include = ['**/*']) =>
  createFolderSource({ kind: 'folder', path: root, include, exclude: [] });
const gbk = (hex: string) => Buffer.from(hex, 'hex');
const folder = gbk('b2fac6b7'); // 产品
const file = gbk('cbb5c3f7'); // 说明

describe('a folder with names that are not UTF-8', () => {
  const nested = Buffer.concat([folder, Buffer.from('/'), file, Buffer.from('.md')]);

  it('lists and reads GBK names in a GBK folder under their text', async () => {
    await writeFiles(root, [
      [nested, '内容'],
      [Buffer.concat([file, Buffer.from('.txt')]), 'plain'],
    ]);
    const items = await scanItems(source());
    expect(items.map(({ documentId }) => documentId)).toEqual(['产品/说明.md', '说明.txt']);
    const [first] = await readItems(source(), items);
    expect(first).toMatchObject({ mediaType: 'text/markdown', contentHash: sha256('内容') });
  });

  it('applies patterns to the text', async () => {
    await writeFiles(root, [
      [nested, 'x'],
      ['b.md', 'y'],
    ]);
    expect(idsOf(await scanItems(source(['产品/**'])))).toEqual(['产品/说明.md']);
  });

  it('lists and reads names of no encoding, and keeps apart what looks alike', async () => {
    const latin = Buffer.from('caf\xe9.md', 'latin1');
    await writeFiles(root, [
      [latin, 'bytes'],
      ['caf%E9.md', 'text'],
      ['\ufffd.md', 'replacement'],
    ]);
    const items = await scanItems(source());
    expect(idsOf(items)).toEqual(['caf%E9.md', expect.stringMatching(/^caf%E9\.md~/), '\ufffd.md']);
    const contents = (await readItems(source(), items)).map(({ content }) => Buffer.from(content).toString());
    expect(contents).toEqual(['text', 'bytes', 'replacement']);
  });

  it('knows that a document is gone, by its bytes', async () => {
    await writeFiles(root, [
      [nested, 'x'],
      [Buffer.concat([nested, Buffer.from('-beside')]), 'z'],
      ['b.md', 'y'],
    ]);
    const [, item] = await scanItems(source());
    if (item?.kind !== 'document') throw new Error('not listed');
    expect(await source().isGone(item.documentId, item.location, signal)).toBe(false);
    await rm(Buffer.concat([Buffer.from(`${root}/`), nested]));
    expect(await source().isGone(item.documentId, item.location, signal)).toBe(true);
    await expect(source().read(item.documentId, item.location, signal)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('knows that a name is gone when the file came to be called otherwise', async () => {
    await writeFiles(root, [
      ['u\u0308.md', 'decomposed'],
      ['\u00fc.md', 'composed'],
    ]);
    const [decomposed] = await scanItems(source());
    if (decomposed?.kind !== 'document') throw new Error('not listed');
    expect(decomposed.documentId).toBe('u\u0308.md');
    const isGone = () => source().isGone(decomposed.documentId, decomposed.location, signal);
    expect(await isGone()).toBe(false);
    await rm(join(root, '\u00fc.md'));
    expect(idsOf(await scanItems(source()))).toEqual(['\u00fc.md']);
    expect(await isGone()).toBe(true);
  });
});

describe('names that look like something else', () => {
  it('lists what begins with two dots where it is asked for', async () => {
    await writeFiles(root, [
      ['..foo/..bar.md', 'x'],
      ['..baz.md', 'y'],
    ]);
    const items = await scanItems(source(['**/*', '..foo/..bar.md', '..baz.md']));
    expect(idsOf(items)).toEqual(['..baz.md', '..foo/..bar.md']);
    expect(await readItems(source(), items)).toHaveLength(2);
  });

  it('keeps the ids of long paths apart, and does not go deeper than a cursor reaches', async () => {
    const deep = Array.from({ length: 5 }, (_, at) => `${at}`.repeat(240)).join('/');
    await writeFiles(root, [
      [`${deep}/a.md`, 'x'],
      [`${deep}/b.md`, 'y'],
    ]);
    const items = await scanItems(source());
    expect(items.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable']);
    expect(new Set(idsOf(items)).size).toBe(2);
    for (const { documentId } of items) expect(documentId.length).toBeLessThanOrEqual(1_024);

    const deeper = Array.from({ length: 12 }, (_, at) => 'abcdefghijkl'.charAt(at).repeat(240)).join('/');
    await writeFiles(root, [[`${deeper}/c.md`, 'z']]);
    const [uncovered] = uncoveredIn(await scanAll(source()));
    expect(`${deeper}/c.md`.startsWith(uncovered?.prefix ?? 'none')).toBe(true);
  });

  it('takes a file that became a folder of the same name for gone', async () => {
    await writeFiles(root, [
      ['a.md', 'x'],
      ['b.md', 'y'],
    ]);
    await rename(join(root, 'a.md'), join(root, 'c.md'));
    await writeFiles(root, [['a.md/inner.md', 'z']]);
    expect(await source().isGone('a.md' as DocumentId, { path: 'a.md' }, signal)).toBe(true);
    expect(await source().isGone('c.md' as DocumentId, {}, signal)).toBe(false);
    await writeFile(join(root, 'd.md'), '');
    await rm(join(root, 'd.md'));
    expect(await source().isGone('d.md' as DocumentId, {}, signal)).toBe(true);
    await expect(source().read('a.md' as DocumentId, { path: 'a.md' }, signal)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

function idsOf(items: readonly SourceItem[]): string[] {
  return items.map(({ documentId }) => documentId);
}
