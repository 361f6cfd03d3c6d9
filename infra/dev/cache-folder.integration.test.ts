import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installOnce } from './cache-folder.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'winnow-cache-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const fillWith = (content: string) => (directory: string) => writeFile(join(directory, 'program'), content);

describe('installOnce', () => {
  it('installs the first time and never again', async () => {
    await installOnce('server-1', fillWith('first'), root);
    const installed = await installOnce('server-1', fillWith('second'), root);
    expect(await readFile(join(installed, 'program'), 'utf8')).toBe('first');
  });

  it('lets two installations at once both succeed with one complete folder', async () => {
    const both = Promise.withResolvers<void>();
    let filling = 0;
    const fillTogether = async (directory: string) => {
      filling += 1;
      if (filling === 2) both.resolve();
      await both.promise;
      await fillWith('program')(directory);
    };
    const installed = await Promise.all([
      installOnce('server-1', fillTogether, root),
      installOnce('server-1', fillTogether, root),
    ]);
    expect(new Set(installed).size).toBe(1);
    expect(await readdir(root)).toEqual(['server-1']);
  });

  it('leaves nothing behind where the download fails, so that the next try starts afresh', async () => {
    const fail = async (directory: string) => {
      await fillWith('half')(directory);
      throw new Error('connection lost');
    };
    await expect(installOnce('server-1', fail, root)).rejects.toThrow('connection lost');
    expect(await readdir(root)).toEqual([]);
    const installed = await installOnce('server-1', fillWith('whole'), root);
    expect(await readFile(join(installed, 'program'), 'utf8')).toBe('whole');
  });
});
