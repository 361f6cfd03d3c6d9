import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DocumentId, maxDocumentBytes, type ScanEvent, type SourceItem } from '@winnow/core';
import { archiveOf, docxOf, wordParagraph } from '@winnow/testkit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderSource } from '../folder/folder-source.ts';
import { itemsOf, scanAll, scanInSlices, scanItems, uncoveredIn } from '../test-scan.ts';
import { archiveProblem } from './archive-limits.ts';

const { signal } = new AbortController();
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'winnow-archive-'));
  await writeFile(join(root, 'beside.md'), 'beside');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const source = (given: { include?: string[]; exclude?: string[] } = {}) =>
  createFolderSource({ kind: 'folder', path: root, include: ['**/*'], exclude: [], ...given });
const put = (name: string, bytes: Uint8Array) => writeFile(join(root, name), bytes);
const ids = (items: readonly SourceItem[]) => items.map(({ documentId }) => documentId);
const reasonsIn = (events: readonly ScanEvent[]) =>
  Object.fromEntries(
    itemsOf(events).flatMap((item) =>
      item.kind === 'unreadable' ? [[item.documentId, item.reason.code]] : [],
    ),
  );

async function readAll(items: readonly SourceItem[]): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const item of items) {
    if (item.kind !== 'document') continue;
    const raw = await source().read(item.documentId, item.location, signal);
    expect(raw.contentHash).toBe(item.contentHash);
    texts[item.documentId] = Buffer.from(raw.content).toString();
  }
  return texts;
}

/** Changes bytes of an archive wherever they stand: in its list, and before each file. */
function replaced(archive: Buffer, from: string, to: Buffer): Buffer {
  const copy = Buffer.from(archive);
  for (let at = copy.indexOf(from); at !== -1; at = copy.indexOf(from, at + 1)) to.copy(copy, at);
  return copy;
}

describe('an archive in a folder', () => {
  it('is documents of its own, with paths below its name, and its neighbours are as ever', async () => {
    await put('old.zip', archiveOf({ 'b.md': '# B', 'deep/a.txt': 'A', 'deep/': '' }));
    const items = await scanItems(source());
    expect(ids(items)).toEqual(['beside.md', 'old.zip/b.md', 'old.zip/deep/a.txt']);
    expect(await readAll(items)).toEqual({
      'beside.md': 'beside',
      'old.zip/b.md': '# B',
      'old.zip/deep/a.txt': 'A',
    });
    const raw = await source().read(
      'old.zip/b.md' as DocumentId,
      { path: 'old.zip', member: 'b.md' },
      signal,
    );
    expect(raw.mediaType).toBe('text/markdown');
  });

  it('is left and gone on with at any place, and nothing is missed or said twice', async () => {
    const files = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`${at}.md`, `text ${at}`]));
    await put('a.zip', archiveOf(files));
    await put('c.zip', archiveOf({ '.hidden/a.md': 'no', 'a.md': 'yes', '.DS_Store': 'no' }));
    const whole = await scanAll(source());
    expect(whole).toHaveLength(9);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        async (sizes) => {
          expect(ids(itemsOf(await scanInSlices(source, sizes)))).toEqual(ids(itemsOf(whole)));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is listed anew where it changed within a scan, and then nothing is said to be gone', async () => {
    await put('a.zip', archiveOf({ '1.md': 'one', '2.md': 'two', '3.md': 'three' }));
    const [first] = itemsOf(await scanAll(source()));
    await put('a.zip', archiveOf({ '2.md': 'two', '3.md': 'three', '4.md': 'four' }));
    const rest = await scanAll(source(), first?.cursor ?? null);
    expect(uncoveredIn(rest)).toEqual([
      { prefix: 'a.zip/', reason: 'the archive changed while it was listed' },
    ]);
    expect(ids(itemsOf(rest))).toEqual(['a.zip/2.md', 'a.zip/3.md', 'a.zip/4.md', 'beside.md']);
  });

  it('has the same versions where it was packed again, and another one where a file of it changed', async () => {
    const hashes = async () => {
      const items = await scanItems(source());
      return items.map((item) => (item.kind === 'document' ? item.contentHash : null));
    };
    await put('a.zip', archiveOf({ '1.md': 'one', '2.md': 'two' }));
    const before = await hashes();
    await put('a.zip', archiveOf({ '1.md': 'one', '2.md': 'two', '3.md': 'three' }));
    await utimes(join(root, 'a.zip'), 1, 1);
    const after = await hashes();
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    await put('a.zip', archiveOf({ '1.md': 'eno', '2.md': 'two' }));
    const changed = await hashes();
    expect([changed[0] === before[0], changed[1] === before[1]]).toEqual([false, true]);
  });

  it('says of a file that is no longer in it that it is gone, and of one in an archive that is not whole nothing', async () => {
    const isGone = (member: string) =>
      source().isGone(`a.zip/${member}` as DocumentId, { path: 'a.zip', member }, signal);
    const bytes = archiveOf({ '1.md': 'one', 'draft/2.md': 'two' });
    await put('a.zip', bytes);
    expect([await isGone('1.md'), await isGone('3.md')]).toEqual([false, true]);
    const without = source({ exclude: ['**/draft/**'] });
    expect(ids(await scanItems(without))).toEqual(['a.zip/1.md', 'beside.md']);
    expect(
      await without.isGone('a.zip/draft/2.md' as DocumentId, { path: 'a.zip', member: 'draft/2.md' }, signal),
    ).toBe(true);

    await put('a.zip', bytes.subarray(0, bytes.length - 30));
    const cut = await scanAll(source());
    expect(uncoveredIn(cut).map(({ prefix }) => prefix)).toEqual(['a.zip/']);
    expect(reasonsIn(cut)).toEqual({ 'a.zip': 'truncated' });
    expect([await isGone('1.md'), await isGone('3.md')]).toEqual([false, false]);

    await put('a.zip', Buffer.from('no archive at all'));
    expect(uncoveredIn(await scanAll(source())).map(({ prefix }) => prefix)).toEqual(['a.zip/']);
    expect(await isGone('1.md')).toBe(false);

    await put('a.zip', archiveOf({}));
    expect(reasonsIn(await scanAll(source()))).toEqual({ 'a.zip': 'empty' });
    expect(await isGone('1.md')).toBe(true);

    await rm(join(root, 'a.zip'));
    expect(await isGone('1.md')).toBe(true);
  });

  it('that was refused is no document any more once its files are', async () => {
    const isGone = () => source().isGone('a.zip' as DocumentId, {}, signal);
    await put('a.zip', Buffer.from('PK\u0003\u0004 cut'));
    expect(await isGone()).toBe(false);
    await put('a.zip', archiveOf({ '1.md': 'one' }));
    expect(await isGone()).toBe(true);
  });

  it('costs one entry where it is a bomb, and a file of it that is one costs itself alone', async () => {
    const zeros = Buffer.alloc(20 * 1024 * 1024);
    const many = Array.from({ length: 4 }, (_, at) => [`${at}.txt`, Buffer.alloc(5 * 1024 * 1024)]);
    await put('bomb.zip', archiveOf(Object.fromEntries(many)));
    await put('mixed.zip', archiveOf({ 'bomb.txt': zeros, 'good.md': 'good' }));
    await put(
      'many.zip',
      archiveOf(Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`${at}`, 'x']))),
    );
    const events = await scanAll(source());
    expect(reasonsIn(events)).toEqual({
      'bomb.zip': 'too_large',
      'many.zip': 'too_large',
      'mixed.zip/bomb.txt': 'too_large',
    });
    expect(ids(itemsOf(events))).toContain('mixed.zip/good.md');
    expect(
      archiveProblem(
        [
          { compressedSize: 80, uncompressedSize: 80 },
          { compressedSize: 80, uncompressedSize: 80 },
        ],
        100,
      ),
    ).toMatchObject({ code: 'malformed' });
  });

  it('refuses archives within it, what a password locks and what is too large, each with its cause', async () => {
    const inner = archiveOf({ 'a.md': 'inner' });
    await put('a.zip', archiveOf({ 'inner.zip': inner, 'logs.tar.gz': 'x', 'one.md': 'one' }));
    const large = replaced(archiveOf({ 'b.md': 'b' }), 'never there', Buffer.alloc(0));
    const list = large.indexOf('PK\u0001\u0002');
    large.writeUInt32LE(maxDocumentBytes + 1, list + 24);
    await put('large.zip', large);
    const locked = archiveOf({ 'c.md': 'c' });
    locked.writeUInt16LE(1, locked.indexOf('PK\u0001\u0002') + 8);
    await put('locked.zip', locked);
    const events = await scanAll(source());
    expect(reasonsIn(events)).toMatchObject({
      'a.zip/inner.zip': 'unsupported_type',
      'a.zip/logs.tar.gz': 'unsupported_type',
      'locked.zip/c.md': 'needs_password',
    });
    expect(Object.values(reasonsIn(events))).toContain('too_large');
    expect(await readAll(itemsOf(events).filter(({ documentId }) => documentId === 'a.zip/one.md'))).toEqual({
      'a.zip/one.md': 'one',
    });
  });

  it('whose bytes are damaged is refused when the file is read, and its neighbours are not', async () => {
    const bytes = archiveOf({
      'bad.md': 'a text that is long enough to be packed, packed, packed',
      'good.md': 'good',
    });
    const damaged = Buffer.from(bytes);
    const at = damaged.indexOf('bad.md') + 'bad.md'.length + 4;
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    await put('a.zip', damaged);
    const items = await scanItems(source());
    await expect(
      source().read('a.zip/bad.md' as DocumentId, { path: 'a.zip', member: 'bad.md' }, signal),
    ).rejects.toMatchObject({ code: 'failed_precondition', part: null });
    expect(await readAll(items.filter(({ documentId }) => documentId !== 'a.zip/bad.md'))).toMatchObject({
      'a.zip/good.md': 'good',
    });
  });

  it('gives names that were packed in Chinese, and takes Office documents for what they are', async () => {
    const name = Buffer.from([0xb6, 0xc9, 0xc2, 0xd6, 0xca, 0xb1, 0xbf, 0xcc]);
    await put('gbk.zip', replaced(archiveOf({ 'AAAAAAAA.md': '渡轮' }), 'AAAAAAAA', name));
    await put('utf8.zip', archiveOf({ '渡轮.md': '渡轮' }));
    await put('letter.zip', docxOf(wordParagraph('a letter')));
    expect(ids(await scanItems(source()))).toEqual([
      'beside.md',
      'gbk.zip/渡轮时刻.md',
      'letter.zip',
      'utf8.zip/渡轮.md',
    ]);
  });
});
