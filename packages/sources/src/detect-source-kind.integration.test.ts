import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourceSettingsSchema } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSource } from './create-source.ts';
import { detectSourceKind } from './detect-source-kind.ts';
import { scanItems } from './test-scan.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-detect-'));
  const names = ['a.jsonl', 'a.ndjson.gz', 'a.csv', 'a.tsv', 'note [1].md', 'other.md', 'a.exe'];
  await Promise.all(names.map((name) => writeFile(join(folder, name), 'x')));
});
afterAll(() => rm(folder, { recursive: true }));

describe('detectSourceKind', () => {
  it.each([
    ['.', 'folder'],
    ['a.jsonl', 'jsonl'],
    ['a.ndjson.gz', 'jsonl'],
    ['a.csv', 'csv'],
    ['a.tsv', 'csv'],
  ])('knows %s', async (name, kind) => {
    const settings = await detectSourceKind(join(folder, name));
    expect(settings.kind).toBe(kind);
    expect(sourceSettingsSchema.parse(settings)).toEqual(settings);
  });

  it.each(['b.pdf', 'b.DOCX', 'b.ods', 'b.eml', 'b.json'])('takes %s for one document', async (name) => {
    await writeFile(join(folder, name), 'x');
    expect(await detectSourceKind(join(folder, name))).toMatchObject({ kind: 'folder', include: [name] });
  });

  it('takes one document for a source of that document alone', async () => {
    const source = createSource(await detectSourceKind(join(folder, 'note [1].md')));
    const items = await scanItems(source);
    expect(items.map(({ documentId }) => documentId)).toEqual(['note [1].md']);
  });

  it('refuses what is not there and what it cannot read', async () => {
    await expect(detectSourceKind(join(folder, 'absent'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(detectSourceKind(join(folder, 'a.exe'))).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});
