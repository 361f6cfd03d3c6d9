import { mkdtemp, rm, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DocumentId, maxDocumentBytes, type SourceItem, sha256 } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanItems } from '../test-scan.ts';
import { createFolderSource } from './folder-source.ts';
import { writeFiles } from './test-file-system.ts';

const { signal } = new AbortController();
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'winnow-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('createFolderSource', () => {
  it('lists files below the folder by relative path, in order, with the hash of their bytes', async () => {
    await files({ 'b.md': 'B', 'a/z.md': 'Z', 'a.md': 'A', 'a-b/c.txt': 'C', '文档/说明.md': '说明' });
    const items = await scan();
    expect(items.map(({ documentId }) => documentId)).toEqual([
      'a-b/c.txt',
      'a.md',
      'a/z.md',
      'b.md',
      '文档/说明.md',
    ]);
    expect(items[0]).toMatchObject({ kind: 'document', contentHash: sha256('C'), bytes: 1 });
  });

  it('reads a listed file back', async () => {
    await files({ 'sub/guide.md': '# 指南' });
    const [item] = await scan();
    if (item?.kind !== 'document') throw new Error('not listed');
    const raw = await source().read(item.documentId, item.location, signal);
    expect(Buffer.from(raw.content).toString()).toBe('# 指南');
    expect(raw).toMatchObject({ mediaType: 'text/markdown', title: null, contentHash: item.contentHash });
  });

  it('names a file the same whether the file system composes letters or not, and finds it by its spelling', async () => {
    await files({ 'u\u0308ber.md': 'x' });
    const [item] = await scan();
    expect(item?.documentId).toBe('\u00fcber.md');
    if (item?.kind !== 'document') throw new Error('not listed');
    await source().read(item.documentId, item.location, signal);
  });

  it('keeps two spellings of one name apart', async () => {
    await files({ 'u\u0308.md': 'x', '\u00fc.md': 'y' });
    const ids = (await scan()).map(({ documentId }) => documentId);
    expect(new Set(ids)).toEqual(new Set(['u\u0308.md', '\u00fc.md']));
  });

  it('lists a file that is too large without reading it, and goes on', async () => {
    await files({ 'a.txt': '', 'b.txt': 'fine' });
    await truncate(join(root, 'a.txt'), maxDocumentBytes + 1);
    expect(await scan()).toMatchObject([
      { kind: 'unreadable', documentId: 'a.txt', reason: { code: 'too_large' } },
      { kind: 'document', documentId: 'b.txt' },
    ]);
  });

  it('follows a link to a file inside, and neither reads nor hides one that leads out or nowhere', async () => {
    await files({ 'in/real.md': 'real' });
    await symlink('in/real.md', join(root, 'link.md'));
    await symlink('/etc/hostname', join(root, 'out.md'));
    await symlink('gone', join(root, 'broken.md'));
    await symlink('/', join(root, 'everything'));
    await symlink('.', join(root, 'in/again'));
    expect((await scan()).map((item) => [item.documentId, item.kind])).toEqual([
      ['broken.md', 'unreadable'],
      ['everything', 'unreadable'],
      ['in/real.md', 'document'],
      ['link.md', 'document'],
      ['out.md', 'unreadable'],
    ]);
  });

  it('does not read a path that leads out of the folder, whatever its location says', async () => {
    await files({ 'a.md': 'x' });
    const location = { path: '../../../../../../etc/hostname' };
    await expect(source().read('a.md' as DocumentId, location, signal)).rejects.toMatchObject({
      code: 'failed_precondition',
    });
  });

  it('says so when the folder is not there, holds nothing that matches, or lost a document', async () => {
    await expect(scan(['*.md'])).rejects.toMatchObject({ code: 'failed_precondition' });
    await files({ 'a.txt': 'x' });
    await expect(scan(['*.md'])).rejects.toMatchObject({ code: 'failed_precondition', part: 'source' });
    const location = { path: 'gone.md' };
    await expect(source().read('gone.md' as DocumentId, location, signal)).rejects.toMatchObject({
      code: 'not_found',
      part: null,
    });
    await rm(root, { recursive: true });
    for (const ask of [() => scan(), () => source().check(signal)]) {
      await expect(ask()).rejects.toMatchObject({ code: 'not_found', part: 'source' });
    }
  });

  it('stops when told to', async () => {
    await files({ 'a.md': 'x' });
    const items = source().scan({ after: null, signal: AbortSignal.abort() });
    await expect(items[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

function source(include: string[] = ['**/*']) {
  return createFolderSource({ kind: 'folder', path: root, include, exclude: [] });
}

function scan(include?: string[]): Promise<SourceItem[]> {
  return scanItems(source(include));
}

function files(contents: Readonly<Record<string, string>>): Promise<void> {
  return writeFiles(root, Object.entries(contents));
}
