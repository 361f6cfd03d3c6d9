import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SourceSettings, sourceAddress } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSource } from './create-source.ts';
import { rawPathOfText } from './folder/raw-path.ts';
import { openWithin } from './open-within.ts';
import { readItems, scanItems } from './test-scan.ts';

let parent: string;
let root: string;
let outside: string;

beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'winnow-swapped-')));
  root = join(parent, 'root');
  outside = join(parent, 'outside');
  for (const folder of [join(root, 'docs', '..inner'), join(outside, '..inner')]) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'a.md'), 'text');
  }
  for (const folder of [root, outside]) await writeFile(join(folder, 'a.jsonl'), '{"id":"a","text":"b"}\n');
});
afterEach(() => rm(parent, { recursive: true }));

const folderAt = (path: string): SourceSettings => ({
  kind: 'folder',
  path,
  include: ['**/*', '..inner/*'],
  exclude: [],
});
const recordsAt = (path: string): SourceSettings => ({ kind: 'jsonl', path });

/** Puts a link in the place of what is there. */
async function swap(path: string, target: string): Promise<void> {
  await rename(path, `${path}.away`);
  await symlink(target, path);
}

describe('a source that lies in a folder for sources', () => {
  it.each([
    ['a folder', () => [folderAt(join(root, 'docs')), outside] as const],
    ['a file of records', () => [recordsAt(join(root, 'a.jsonl')), join(outside, 'a.jsonl')] as const],
  ])('is not followed out of it: %s', async (_name, given) => {
    const [settings, target] = given();
    const source = createSource(settings, { roots: [root] });
    const items = await scanItems(source);
    expect(items).toHaveLength(1);
    await swap(sourceAddress(settings), target);
    for (const opened of [source, createSource(settings, { roots: [root] })]) {
      await expect(opened.check(new AbortController().signal)).rejects.toMatchObject({
        code: 'failed_precondition',
        message: expect.stringContaining('leads out'),
      });
      await expect(scanItems(opened)).rejects.toMatchObject({ code: 'failed_precondition', part: 'source' });
      await expect(readItems(opened, items)).rejects.toMatchObject({ part: 'source' });
    }
  });

  it('is not followed either where the folder for sources is named by a link', async () => {
    await symlink(root, join(parent, 'link'));
    const settings = folderAt(join(root, 'docs'));
    await swap(sourceAddress(settings), outside);
    await expect(scanItems(createSource(settings, { roots: [join(parent, 'link')] }))).rejects.toThrow(
      /leads out/,
    );
  });

  it('may lead anywhere in it, and one that lies elsewhere anywhere', async () => {
    await mkdir(join(root, 'new'));
    await writeFile(join(root, 'new', 'b.md'), 'text');
    await swap(join(root, 'docs'), join(root, 'new'));
    expect(await scanItems(createSource(folderAt(join(root, 'docs')), { roots: [root] }))).toHaveLength(1);
    await symlink(outside, join(parent, 'current'));
    expect(await scanItems(createSource(folderAt(join(parent, 'current')), { roots: [root] }))).toHaveLength(
      2,
    );
  });
});

describe('what is in a folder', () => {
  it('is looked at by what was opened, whatever its name came to lead to', async () => {
    const bounds = [rawPathOfText(join(root, 'docs'))];
    const folder = rawPathOfText(join(root, 'docs', '..inner'));
    const file = rawPathOfText(join(root, 'docs', '..inner', 'a.md'));
    await (await openWithin(file, bounds)).close();
    await (await openWithin(folder, bounds, 'folder')).close();
    await swap(join(root, 'docs', '..inner'), join(outside, '..inner'));
    await expect(openWithin(file, bounds)).rejects.toThrow(/leads out/);
    await expect(openWithin(folder, bounds, 'folder')).rejects.toThrow(/leads out/);
  });
});
