import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeAll, expect, test } from 'vitest';
import { addGeneralOptions } from '../general-options.ts';
import { allCommands } from './all-commands.ts';

const root = join(import.meta.dirname, '../../../..');
// Decisions tell of what was, and benchmarks of what was measured then.
const pages = globSync('{*.md,docs/**/*.md}', { cwd: root }).filter(
  (page) => !/decisions|benchmarks|CHANGELOG/.test(page),
);

const program = new Command('winnow');
beforeAll(async () => {
  addGeneralOptions(program, {});
  for (const { load } of allCommands) (await load())(program, {});
});

test.each(pages)('%s names commands that there are, with options that they have', (page) => {
  const problems = commandsIn(readFileSync(join(root, page), 'utf8')).flatMap(problemsOf);
  expect(problems).toEqual([]);
});

/** What stands behind `winnow` in code, up to the end of the command. */
function commandsIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/```(\w*)\n(.*?)```/gs)].flatMap(([, language, block = '']) =>
    // Of a transcript, what was typed.
    language === 'console'
      ? [...block.matchAll(/^\$ (.*)$/gm)].map(([, line = '']) => line)
      : block.split('\n'),
  );
  const inline = [...text.replace(/```.*?```/gs, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].flatMap((line) =>
    [...line.matchAll(/(?:^|\s)winnow ([a-z][^|#;&]*)/g)].map(([, command = '']) => command.trim()),
  );
}

function problemsOf(line: string): readonly string[] {
  const words = line.replace(/'[^']*'|"[^"]*"/g, 'TEXT').split(/\s+/);
  let command = program;
  let depth = 0;
  for (const word of words) {
    const below: Command | undefined = command.commands.find((one) => one.name() === word);
    if (below === undefined) break;
    command = below;
    depth += 1;
  }
  if (depth === 0) return [`no command: ${line}`];
  // One of the commands below it may be what is meant without being named.
  const taking = [program, command, ...command.commands];
  const known = taking.flatMap(({ options }) => options).flatMap(({ long, short }) => [long, short]);
  return words
    .map((word) => word.split('=')[0] ?? '')
    .filter((word) => word !== '--help' && !known.includes(word) && /^--?[a-z][a-z-]*$/.test(word))
    .map((word) => `no ${word}: ${line}`);
}
