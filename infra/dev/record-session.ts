import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TimedLine, terminalSvg } from './terminal-svg.ts';

// Records the commands below, each run as it stands here over our own guides, and draws them for the READMEs:
//   node infra/dev/record-session.ts
// The model is fetched before, by any ingest.
const repository = join(import.meta.dirname, '..', '..');
const columns = 118;
/** What is waited for longer is not waited for in the picture. */
const longestPauseMs = 1_500;
/** Somebody types, and reads what came. */
const typingMs = 1_200;

const commands: readonly (readonly string[])[] = [
  ['corpus', 'create', 'guides', '--source', './guides', '--exclude', '*.zh.md', '--language', 'en'],
  ['ingest', 'guides'],
  ['search', 'guides', 'go back to the generation before', '-k', '1'],
  ['ask', 'guides', 'What does a run do when its budget is reached?'],
];

const folder = await mkdtemp(join(tmpdir(), 'winnow-recording-'));
try {
  await cp(join(repository, 'docs', 'guides'), join(folder, 'guides'), { recursive: true });
  const lines: TimedLine[] = [];
  for (const words of commands) await record(words, lines);
  const media = join(repository, 'docs', 'media');
  await mkdir(media, { recursive: true });
  await writeFile(join(media, 'session.svg'), terminalSvg(lines, columns));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Adds the command and what it says, on standard output and error, line by line. */
async function record(words: readonly string[], lines: TimedLine[]): Promise<void> {
  let atMs = lines.length === 0 ? 0 : (lines.at(-1)?.atMs ?? 0) + typingMs;
  const add = (text: string) => lines.push({ text, atMs });
  if (lines.length > 0) add('');
  add(`$ winnow ${words.map(quoted).join(' ')}`);
  const program = join(repository, 'services', 'cli', 'src', 'main.ts');
  const command = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...words], {
    cwd: folder,
    env: { ...process.env, WINNOW_DATA_DIR: join(folder, '.winnow') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(command, 'close');
  let before = performance.now();
  for (const stream of [command.stdout, command.stderr]) {
    createInterface({ input: stream }).on('line', (text) => {
      atMs += Math.min(longestPauseMs, performance.now() - before);
      before = performance.now();
      // Notes of a run that is under way take each other's place on a terminal.
      if (!text.startsWith('…')) add(text);
    });
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`winnow ${words.join(' ')} ended with ${code}`);
}

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word}'`;
}
