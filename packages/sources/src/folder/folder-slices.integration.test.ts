import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, scanAll, scanInSlices } from '../test-scan.ts';
import { createFolderSource } from './folder-source.ts';
import { writeFiles } from './test-file-system.ts';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'winnow-slices-'));
});
afterAll(() => rm(parent, { recursive: true }));

const name = fc
  .array(fc.constantFrom('61', '62', '2d', '2e', '41', 'c3bc', '75cc88', 'd6d0', 'e9', 'e4b8ad'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => Buffer.from(`66${parts.join('')}`, 'hex'));
/** Names of folders end otherwise than those of files, so that no path is both. */
const path = fc
  .tuple(fc.array(name, { maxLength: 3 }), name)
  .map(([folders, file]) =>
    Buffer.concat([
      ...folders.map((folder) => Buffer.concat([folder, Buffer.from('d/')])),
      Buffer.concat([file, Buffer.from('.md')]),
    ]),
  );

describe('a folder that is listed in slices', () => {
  it('gives what one scan gives, wherever it is cut', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(path, { minLength: 1, maxLength: 15, selector: (bytes) => bytes.toString('hex') }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
        async (paths, sizes) => {
          runs += 1;
          const root = join(parent, `${runs}`);
          await writeFiles(
            root,
            paths.map((bytes) => [bytes, bytes.toString('hex')] as const),
          );
          const open = () =>
            createFolderSource({ kind: 'folder', path: root, include: ['**/*'], exclude: [] });
          const whole = await scanAll(open());
          expect(whole).toHaveLength(paths.length);
          expect(new Set(itemsOf(whole).map(({ documentId }) => documentId)).size).toBe(paths.length);
          expect(await scanInSlices(open, sizes)).toEqual(whole);
          expect(await scanInSlices(open, [1])).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on behind a place that is no longer there', async () => {
    const root = join(parent, 'gone');
    await writeFiles(
      root,
      ['a/x.md', 'a/y.md', 'b.md', 'c/z.md'].map((each) => [each, 'x'] as const),
    );
    const source = createFolderSource({ kind: 'folder', path: root, include: ['**/*'], exclude: [] });
    const items = itemsOf(await scanAll(source));
    await rm(join(root, 'a'), { recursive: true });
    const rest = itemsOf(await scanAll(source, items[0]?.cursor ?? null));
    expect(rest.map(({ documentId }) => documentId)).toEqual(['b.md', 'c/z.md']);
    expect(await scanAll(source, items[3]?.cursor ?? null)).toEqual([]);
  });
});
