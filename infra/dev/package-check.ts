import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createPackageFromTarballData } from '@arethetypeswrong/core';
import { docxOf, pdfOf, wordParagraph } from '@winnow/testkit';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { makePackage } from './package.ts';
import { wrongTypes } from './package-types.ts';
import { runCommand } from './run-command.ts';

/** A package that has grown beyond this holds something that does not belong in it. */
const maxPackedBytes = 1_500_000;

// What `pnpm package:check` runs: the package is made, installed from the registry with all it depends on, and used.
const repository = join(import.meta.dirname, '..', '..');
const folder = await mkdtemp(join(tmpdir(), 'winnow-package-'));
try {
  const made = join(folder, 'made');
  await makePackage(repository, made);
  await requireSound(made);
  const tarball = await pack(made);
  await requireTypes(tarball);
  const prefix = join(folder, 'prefix');
  // As the README says: no dependency needs its script, and one would fetch libraries for graphics cards.
  await runCommand('npm', ['install', '--global', '--ignore-scripts', '--prefix', prefix, tarball]);
  await use(join(prefix, 'bin', 'winnow'));
  console.log('installed, and it works');
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function requireSound(made: string): Promise<void> {
  const { messages, pkg } = await publint({ pkgDir: made, strict: true });
  const wrong = messages.map((message) => formatMessage(message, pkg ?? {}));
  if (wrong.length > 0) throw new Error(`publint:\n${wrong.join('\n')}`);
}

async function requireTypes(tarball: string): Promise<void> {
  const wrong = await wrongTypes(createPackageFromTarballData(await readFile(tarball)));
  if (wrong.length > 0) throw new Error(`types:\n${wrong.join('\n')}`);
}

async function pack(made: string): Promise<string> {
  const said = await runCommand('npm', ['pack', made, '--pack-destination', folder, '--json']);
  const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(said);
  console.log(`${filename}: ${size} bytes, ${unpackedSize} unpacked, ${entryCount} files`);
  if (size > maxPackedBytes) throw new Error(`more than ${maxPackedBytes} bytes`);
  return join(folder, filename);
}

/** As somebody would in the first minutes, with the Node that runs this. */
async function use(winnow: string): Promise<void> {
  const cwd = join(folder, 'somewhere');
  await mkdir(join(cwd, 'notes'), { recursive: true });
  const notes: Readonly<Record<string, string | Uint8Array>> = {
    'a.md': '# Rollback\n\nSwitch the alias to the previous build.\n',
    'b.pdf': pdfOf([['The relief valve opens at nine bar.']]),
    'c.docx': docxOf(wordParagraph('Ada Lovelace has the extension 4711.')),
  };
  for (const [name, content] of Object.entries(notes)) await writeFile(join(cwd, 'notes', name), content);
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
  const run = (...words: readonly string[]) => runCommand(winnow, words, { cwd, env });
  await run('corpus', 'create', 'notes', '--source', './notes', '--language', 'en');
  await run('ingest', 'notes');
  const asked = { 'a.md': 'undo a release', 'b.pdf': 'relief valve', 'c.docx': 'extension of Ada' };
  for (const [name, query] of Object.entries(asked)) {
    const found = await run('search', 'notes', query, '-k', '1', '--json');
    if (!found.includes(name)) throw new Error(`${name} not found: ${found}`);
  }
}
