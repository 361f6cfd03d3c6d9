import tab from '@bomb.sh/tab/commander';
import { completedCorpora } from '@winnow/engine/corpus-names';
import { loadConfig } from '@winnow/runtime';
import type { Command } from 'commander';
import { print } from '../output/print.ts';
import type { Environment } from '../with-engine.ts';

/** What a shell is told of the words that it gets: it adds no files, or where there are no words, it completes files. */
const directives = { noFiles: 4, files: 0 };

/** What arguments are called that take the name of a corpus; where one is made, it has none yet. */
const corpusArgument = 'name';
const corpusToMake = 'corpus create';

/**
 * Adds the command that prints a script for a shell, and the one, not listed, that such a script asks with each Tab.
 * @param program with all other commands: what they are called is what is completed.
 */
export function registerCompletion(program: Command, environment: Environment): void {
  const completions = tab(program, { completionCommandName: 'completion' });
  let isCorpus = false;
  let dataDir: Environment = {};
  for (const [command, { arguments: taken }] of completions.commands) {
    const argument = taken.get(corpusArgument);
    if (argument === undefined || command === corpusToMake) continue;
    argument.handler = (complete) => {
      isCorpus = true;
      for (const name of corporaOf({ ...environment, ...dataDir })) complete(name, '');
    };
  }
  // The library never lets files be completed, and most arguments that it knows no words for are paths.
  Object.defineProperty(completions, 'directive', {
    get: () => (completions.completions.length === 0 && !isCorpus ? directives.files : directives.noFiles),
    set() {},
  });
  program.commands
    .find((one) => one.name() === 'complete')
    ?.hook('preAction', (_, complete) => {
      // The library looks for the command at the beginning.
      const { words, folder } = withoutDataDir(complete.args);
      complete.processedArgs = [words];
      if (folder) dataDir = { WINNOW_DATA_DIR: folder };
    });
  program.commands
    .find((one) => one.name() === 'completion')
    ?.description('Print a script that completes commands, corpora and options in bash, zsh or fish.')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow completion bash > ~/.local/share/bash-completion/completions/winnow
  $ winnow completion zsh > ~/.zsh/completions/_winnow     # a folder of your $fpath
  $ winnow completion fish > ~/.config/fish/completions/winnow.fish

That of bash needs the package bash-completion. Corpora are those of the data folder; in full mode none are known.`,
    )
    .hook('postAction', (_, { args: [shell] }) => {
      if (shell === 'bash') print('complete -o default -F __winnow_complete winnow');
    });
}

/** Takes the data folder out of what is typed, unless it is what is being typed: the last word. */
function withoutDataDir(typed: readonly string[]): { words: readonly string[]; folder: string | undefined } {
  const option = '--data-dir';
  const at = typed.slice(0, -1).findLastIndex((word) => word === option || word.startsWith(`${option}=`));
  const taken = typed[at] === option ? 2 : 1;
  if (at === -1 || at + taken >= typed.length) return { words: typed, folder: undefined };
  const folder = taken === 2 ? typed[at + 1] : typed[at]?.slice(option.length + 1);
  return { words: typed.toSpliced(at, taken), folder };
}

/** None where the environment says something that cannot be: a shell has no place to say so. */
function corporaOf(environment: Environment): readonly string[] {
  try {
    return completedCorpora(loadConfig(environment));
  } catch {
    return [];
  }
}
