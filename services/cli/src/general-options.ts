import { unknownVariables } from '@winnow/runtime';
import { type Command, Option } from 'commander';
import { type ColorChoice, chooseColors, colorChoices } from './output/colors.ts';
import { printNote, silenceNotes } from './output/print.ts';
import type { Environment } from './with-engine.ts';

interface GeneralOptions {
  readonly dataDir?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: ColorChoice;
}

/**
 * Adds options that stand before or after any command.
 * @param environment of the process.
 * @returns what commands take for it: the options win over its variables.
 */
export function addGeneralOptions(program: Command, environment: Environment): Environment {
  const settings: Record<string, string | undefined> = { ...environment };
  program
    .option('--data-dir <folder>', 'folder of the embedded index (default: WINNOW_DATA_DIR or .winnow)')
    .option('--quiet', 'say nothing but results and errors')
    .option('--verbose', 'write log lines, as JSON, to standard error')
    .addOption(
      new Option('--color <when>', 'colours: in a terminal, as NO_COLOR and FORCE_COLOR have it, or as said')
        .choices([...colorChoices])
        .default('auto'),
    )
    .hook('preAction', () => {
      const { dataDir, quiet, verbose, color } = program.opts<GeneralOptions>();
      chooseColors(color);
      if (quiet === true) silenceNotes();
      if (dataDir !== undefined) settings.WINNOW_DATA_DIR = dataDir;
      if (verbose === true) settings.WINNOW_LOG_LEVEL ||= 'info';
      for (const name of unknownVariables(environment)) {
        printNote(`warning: ${name} is set, and nothing reads it: docs/configuration.md lists what is read`);
      }
    });
  return settings;
}
