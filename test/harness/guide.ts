import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { temporaryFolder } from './documents.ts';
import { winnow } from './processes.ts';

const guides = join(import.meta.dirname, '../../docs/guides');
const shell = promisify(execFile);

/** A command of a guide and what it prints. */
export interface Said {
  readonly command: string;
  readonly output: string;
}

/** Commands of a guide's `console` blocks with what it says that they print. */
export async function transcriptOf(guide: string): Promise<readonly Said[]> {
  const text = await readFile(join(guides, guide), 'utf8');
  const blocks = [...text.matchAll(/```console\n(.*?)```/gs)].map(([, block = '']) => block);
  const steps = blocks.flatMap((block) => block.split(/^\$ /m).slice(1));
  return steps.map((step) => {
    const [command = '', ...lines] = step.split('\n');
    return { command, output: alike(lines.join('\n')) };
  });
}

/** Runs the commands in an empty folder, one after the other, with a data folder in it. */
export async function runAsWritten(transcript: readonly Said[]): Promise<readonly Said[]> {
  const cwd = await temporaryFolder();
  const done: Said[] = [];
  for (const { command } of transcript) done.push({ command, output: alike(await run(command, cwd)) });
  return done;
}

async function run(command: string, cwd: string): Promise<string> {
  const [program = '', ...words] = command.match(/"[^"]*"|'[^']*'|\S+/g)?.map(unquoted) ?? [];
  if (program === 'winnow') {
    // A busy machine leaves nothing out.
    const environment = { WINNOW_DATA_DIR: join(cwd, '.winnow'), WINNOW_RERANK_TIMEOUT_MS: '60000' };
    const { stdout, stderr } = await winnow(words, environment, { cwd });
    return stdout + stderr;
  }
  const [, file, sql] = /^sqlite3 (\S+) "(.*)"$/.exec(command) ?? [];
  if (file === undefined || sql === undefined) return (await shell('sh', ['-c', command], { cwd })).stdout;
  const database = new DatabaseSync(join(cwd, file));
  database.exec(sql);
  database.close();
  return '';
}

function unquoted(word: string): string {
  return /^(["']).*\1$/.test(word) ? word.slice(1, -1) : word;
}

/** What differs between two times of the same. */
function alike(output: string): string {
  return (
    output
      // What is logged on the way.
      .replace(/^\{"level".*\n?/gm, '')
      .replace(/^… .*\n/gm, '')
      .trim()
      .replace(/\d{8}T\d{6}-[0-9a-f]{8}(?:[0-9a-f]{8})?/g, 'RUN')
      .replace(/[A-Z][a-z]{2} \d{4}-\d{2}-\d{2}(?= \d{2}:)/g, 'DAY')
      .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, 'TIME')
      .replace(/\b[0-9a-f]{64}\b/g, 'DIGEST')
      .replace(/^embed .* total .*$/gm, 'STAGES')
      .replace(/(?:first word after )?\d+ ms(?:, \d+ ms)? in all/g, 'N ms in all')
      .replace(/\d+ model calls?/g, 'N model calls')
      .replace(/about \d+ (?:s|min)/g, 'about N s')
      .replace(/in \d+\.\d s/g, 'in N s')
  );
}
