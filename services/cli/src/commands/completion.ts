import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { print } from '../output/print.ts';

/** What a shell is told of the words that it gets: it adds no files, or where there are no words, it completes files. */
const directives = { noFiles: 4, files: 0 };

/**
 * Adds the command that prints a script for a shell, and the one, not listed, that such a script asks with each Tab.
 * @param program with all other commands: what they are called is what is completed.
 */
export function registerCompletion(program: Command): void {
  const completions = tab(program, { completionCommandName: 'completion' });
  // The library never lets files be completed, and most arguments that it knows no words for are paths.
  Object.defineProperty(completions, 'directive', {
    get: () => (completions.completions.length === 0 ? directives.files : directives.noFiles),
    set() {},
  });
  program.commands
    .find((one) => one.name() === 'completion')
    ?.description('Print a script that completes commands and options in bash, zsh or fish.')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow completion bash > ~/.local/share/bash-completion/completions/winnow
  $ winnow completion zsh > ~/.zsh/completions/_winnow     # a folder of your $fpath
  $ winnow completion fish > ~/.config/fish/completions/winnow.fish

That of bash needs the package bash-completion.`,
    )
    .hook('postAction', (_, { args: [shell] }) => {
      if (shell === 'bash') print('complete -o default -F __winnow_complete winnow');
    });
}
