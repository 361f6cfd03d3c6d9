import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, writeFiles } from './documents.ts';
import { winnowJson } from './processes.ts';

/** Short documents, a few of them in each of two folders: `a/0.md`, `b/1.md`, … */
export function pages(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `${at % 2 === 0 ? 'a' : 'b'}/${at}.md`,
      `# Page ${at}\n\nThe number ${at} is written on page ${at}, and on no other.\n`,
    ]),
  );
}

/** A corpus `pages` over a folder, on an embedded index of its own; nothing is ingested yet. */
export async function corpusOf(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await temporaryFolder();
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  const source = join(folder, 'pages');
  await mkdir(source);
  await writeFiles(source, files);
  await create(source, environment);
  return { folder, environment, source };
}

/** The same over a file with a record a line. */
export async function corpusOfRecords(count: number) {
  const folder = await temporaryFolder();
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  const source = join(folder, 'records.jsonl');
  const records = Array.from({ length: count }, (_, at) => ({ id: `r${at}`, text: `Record ${at} of all.` }));
  const content = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  await writeFile(source, content);
  await create(source, environment);
  return { environment, source, content };
}

async function create(source: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const words = ['corpus', 'create', 'pages', '--source', source, '--language', 'en'];
  await winnowJson(words, environment);
}
