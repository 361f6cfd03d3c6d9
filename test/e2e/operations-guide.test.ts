import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../harness/documents.ts';
import { winnow } from '../harness/processes.ts';

const guide = join(import.meta.dirname, '../../docs/guides/operations.md');
const shell = promisify(execFile);

interface Said {
  readonly command: string;
  readonly output: string;
}

/** Commands of the guide with what it says they print. */
async function transcript(): Promise<readonly Said[]> {
  const text = await readFile(guide, 'utf8');
  const blocks = [...text.matchAll(/```console\n(.*?)```/gs)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = '', ...lines] = step.split('\n');
        return { command, output: lines.join('\n').trim() };
      }),
  );
}

async function run(command: string, cwd: string): Promise<string> {
  const [program = '', ...words] = command.split(' ');
  if (program === 'winnow') {
    const { stdout, stderr } = await winnow(words, { WINNOW_DATA_DIR: join(cwd, '.winnow') }, { cwd });
    return stdout + stderr;
  }
  const [, file, sql] = /^sqlite3 (\S+) "(.*)"$/.exec(command) ?? [];
  if (file === undefined || sql === undefined) return (await shell('sh', ['-c', command], { cwd })).stdout;
  const database = new DatabaseSync(join(cwd, file));
  database.exec(sql);
  database.close();
  return '';
}

/** What differs between two times of the same. */
function alike(output: string): string {
  return output
    .trim()
    .replace(/\d{8}T\d{6}-[0-9a-f]{8}/g, 'RUN')
    .replace(/in \d+\.\d s/g, 'in N s');
}

test('the commands of the guide do what it says: damage of every kind is found, mended and gone', async () => {
  const said = await transcript();
  expect(said.length).toBeGreaterThan(10);
  const cwd = await temporaryFolder();
  const done: Said[] = [];
  for (const { command } of said) done.push({ command, output: alike(await run(command, cwd)) });
  expect(done).toEqual(said.map(({ command, output }) => ({ command, output: alike(output) })));
});
