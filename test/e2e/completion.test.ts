import { execFile } from 'node:child_process';
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

  test.each(['zsh', 'fish'])('prints a script for %s, which asks the program', async (shell) => {
    const { code, stdout } = await winnow(['completion', shell], {});
    expect(code).toBe(0);
    expect(stdout).toContain('winnow complete --');
  });

  test('of another shell is refused', async () => {
    const { code, stderr } = await winnow(['completion', 'tcsh'], {});
    expect([code, stderr]).toEqual([2, expect.stringContaining('zsh, bash, fish')]);
  });
});

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
