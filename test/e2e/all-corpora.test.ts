import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnow, winnowJson } from '../harness/processes.ts';

test('all corpora are brought up to date, and trouble of one ends none of the others', async () => {
  const folder = await temporaryFolder();
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  for (const name of ['birds', 'gone', 'ships']) {
    const source = join(folder, name);
    await mkdir(source);
    await writeFiles(source, { 'a.md': `# ${name}\n\nAll about ${name}.\n` });
    await winnowJson(['corpus', 'create', name, '--source', source, '--language', 'en'], environment);
  }
  await rm(join(folder, 'gone'), { recursive: true });

  const ended = await winnow(['ingest', '--all', '--json'], environment);
  expect(ended.code).toBe(2);
  const reports = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(reports).toMatchObject([
    { corpus: 'birds', state: 'completed', documents: { new: 1 } },
    { corpus: 'ships', state: 'completed', documents: { new: 1 } },
  ]);
  expect(ended.stderr).toContain('gone: ');

  expect((await winnow(['ingest'], environment)).code).toBe(2);
  expect((await winnow(['ingest', 'birds', '--all'], environment)).stderr).toContain('--all');
});
