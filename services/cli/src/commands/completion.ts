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
  for (const [command, { arguments: taken }] of completions.commands) {
    const argument = taken.get(corpusArgument);
    if (argument === undefined || command === corpusToMake) continue;
    argument.handler = (complete) => {
      isCorpus = true;
      for (const name of corporaOf(environment)) complete(name, '');
    };
  }
  // The library never lets files be completed, and most arguments that it knows no words for are paths.
  Object.defineProperty(completions, 'directive', {
    get: () => (completions.completions.length === 0 && !isCorpus ? directives.files : directives.noFiles),
    set() {},
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

/** None where the environment says something that cannot be: a shell has no place to say so. */
function corporaOf(environment: Environment): readonly string[] {
  try {
    return completedCorpora(loadConfig(environment));
  } catch {
    return [];
  }
}
