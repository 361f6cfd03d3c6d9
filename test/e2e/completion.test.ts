import { execFile, spawnSync } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { corpusOf } from '../harness/corpora.ts';
import { temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnow } from '../harness/processes.ts';

const program = join(import.meta.dirname, '../../services/cli/src/main.ts');

describe('winnow completion', () => {
  test.each([
    ['commands', 'sea', ['search']],
    ['commands of a command', 'corpus cr', ['create']],
    ['options', 'search notes question --rer', ['--rerank']],
    ['choices of an option', 'search notes question --fusion ', ['z-score', 'rrf', 'min-max']],
    ['files, where a path is due', 'restore note', ['notes.winnow']],
  ])('in bash completes %s', async (_what, line, expected) => {
    const folder = await temporaryFolder();
    const { stdout: script } = await winnow(['completion', 'bash'], {});
    await writeFiles(folder, { 'completions.sh': script, 'notes.winnow': '', 'try.sh': tryIn(line) });
    expect(await completed(folder)).toEqual(expected);
  });

  test('in bash completes corpora, but not where one is made, and nothing where there is no data folder', async () => {
    const { environment } = await corpusOf({ 'a.md': 'A.' });
    const { stdout: script } = await winnow(['completion', 'bash'], {});
    const asked = async (line: string, dataDir = environment.WINNOW_DATA_DIR) => {
      const folder = await temporaryFolder();
      await writeFiles(folder, { 'completions.sh': script, 'pages.txt': '', 'try.sh': tryIn(line) });
      return await completed(folder, { WINNOW_DATA_DIR: dataDir });
    };
    expect(await asked('search pa')).toEqual(['pages']);
    expect(await asked('document list ')).toEqual(['pages']);
    expect(await asked('corpus create pag')).toEqual(['pages.txt']);
    const nowhere = join(await temporaryFolder(), 'none');
    expect(await asked('search ', nowhere)).toEqual([]);
    await expect(access(nowhere)).rejects.toThrow('ENOENT');
  });

  test('in bash completes the corpora of the data folder that is named', async () => {
    const { environment } = await corpusOf({ 'a.md': 'A.' });
    const folder = await temporaryFolder();
    const { stdout: script } = await winnow(['completion', 'bash'], {});
    for (const option of [
      `--data-dir ${environment.WINNOW_DATA_DIR}`,
      `--data-dir=${environment.WINNOW_DATA_DIR}`,
    ]) {
      await writeFiles(folder, { 'completions.sh': script, 'try.sh': tryIn(`${option} search pa`) });
      expect(await completed(folder)).toEqual(['pages']);
    }
  });

  describe.each(['zsh', 'fish'] as const)('in %s', (shell) => {
    const isThere = spawnSync(shell, ['-c', 'exit']).error === undefined;

    test.runIf(isThere)('completes commands, options, corpora and files', { timeout: 60_000 }, async () => {
      const { environment } = await corpusOf({ 'a.md': 'A.' });
      const folder = await temporaryFolder();
      const { stdout: script } = await winnow(['completion', shell], {});
      await writeFiles(folder, { _winnow: script, 'notes.winnow': '' });
      const asked = (line: string) => tabIn(shell, line, folder, environment);
      expect(await asked('sea')).toEqual(['search']);
      expect(await asked('corpus cr')).toEqual(['create']);
      expect(await asked('search pages question --rer')).toEqual(['--rerank']);
      expect([...(await asked('search pages question --fusion '))].sort()).toEqual([
        'min-max',
        'rrf',
        'z-score',
      ]);
      expect(await asked('search pa')).toEqual(['pages']);
      expect(await asked('restore note')).toEqual(['notes.winnow']);
    });

    test('prints a script, which asks the program', async () => {
      const { code, stdout } = await winnow(['completion', shell], {});
      expect([code, stdout]).toEqual([0, expect.stringContaining('winnow complete --')]);
    });
  });

  test('of another shell is refused', async () => {
    const { code, stderr } = await winnow(['completion', 'tcsh'], {});
    expect([code, stderr]).toEqual([2, expect.stringContaining('zsh, bash, fish')]);
  });
});

/** What a shell makes of a line when Tab is pressed behind it: its words, without what it says of them. */
async function tabIn(
  shell: 'zsh' | 'fish',
  line: string,
  cwd: string,
  environment: Record<string, string | undefined>,
): Promise<readonly string[]> {
  const { words, script } = shell === 'fish' ? fishWith(line) : zshWith(line);
  const { stdout } = await promisify(execFile)(shell, [...words, '-c', script], {
    cwd,
    env: { ...process.env, ...environment, XDG_CONFIG_HOME: cwd, XDG_DATA_HOME: cwd, HOME: cwd },
  });
  const found = stdout.split('\n').filter((word) => word !== '');
  return found.map((word) => word.split('\t')[0] ?? '');
}

/** Fish says itself what it would complete. */
function fishWith(line: string) {
  const script = `
function winnow; '${process.execPath}' '${program}' $argv; end
source _winnow
complete -C 'winnow ${line}'`;
  return { words: ['--no-config'], script };
}

/** Zsh completes in a terminal only: the two of its own functions that words and files are handed to are stood in for. */
function zshWith(line: string) {
  const words = ['winnow', ...line.split(' ')];
  const script = `
winnow() { '${process.execPath}' '${program}' "$@"; }
compdef() {}
_describe() { (( \${#completions} )) && print -l -- "\${(@)completions%%:*}"; }
_arguments() { print -l -- \${words[-1]}*(N); }
source ./_winnow
words=(${words.map((word) => `'${word}'`).join(' ')})
CURRENT=\${#words}
_winnow`;
  return { words: ['-f'], script };
}

async function completed(folder: string, environment: Record<string, string | undefined> = {}) {
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', 'try.sh'], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

/** What bash does when Tab is pressed behind a line; the package bash-completion, which has its words, is not everywhere. */
function tryIn(line: string): string {
  const words = ['winnow', ...line.split(' ')];
  return `
winnow() { '${process.execPath}' '${program}' "$@"; }
compopt() { [[ $1 == +o && $2 == default ]] && files=no; }
_get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cur=\${COMP_WORDS[COMP_CWORD]}; }
files=yes
source completions.sh
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
__winnow_complete
[[ \${#COMPREPLY[@]} == 0 && $files == yes && $(complete -p winnow) == *'-o default'* ]] &&
  COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
printf '%s\n' "\${COMPREPLY[@]}"
`;
}
