import { AppError, visible } from '@winnow/core';
import { exitCodeOfError, exitCodes, lastWords } from '@winnow/runtime';
import { Command, CommanderError } from 'commander';
import { allCommands } from './commands/all-commands.ts';
import { addGeneralOptions } from './general-options.ts';
import { asksForJson } from './output/asks-for-json.ts';
import { styled } from './output/colors.ts';
import type { Environment } from './with-engine.ts';

/**
 * Exit codes: 0 done · 1 done, and the answer is no (findings, failed documents, an answer that abstained) · 2 bad
 * input · 3 a server or disk that does not play along · 70 a bug in Winnow · 130 and 143 stopped by a signal.
 */
export async function runCli(words: readonly string[], environment: Environment): Promise<number> {
  const asJson = asksForJson(words);
  try {
    const program = await createProgram(words, environment);
    await program.parseAsync([...words], { from: 'user' });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return exitCodes.done;
      if (asJson) writeError(new AppError('invalid_argument', thrown.message.replace(/^error: /, '')));
      return exitCodes.badInput;
    }
    const error = AppError.from(thrown);
    // Stopped by a signal, as whoever sent it knows.
    if (error.code === 'canceled' && process.exitCode !== undefined) return Number(process.exitCode);
    if (asJson) writeError(error);
    else process.stderr.write(inColor(visible(lastWords('winnow', error))));
    return exitCodeOfError(error);
  }
}

/** The name of the program stands out: what follows is what went wrong. */
function inColor(words: string): string {
  return words.replace(/^winnow:/, (name) => styled('red', name, process.stderr));
}

/** As the HTTP API has it, on standard error: what is on standard output is a result. */
function writeError({ code, message }: AppError): void {
  process.stderr.write(`${JSON.stringify({ error: { code, message } })}\n`);
}

async function createProgram(words: readonly string[], environment: Environment): Promise<Command> {
  const program = new Command('winnow')
    .description('Bulk-index corpora, and answer questions over them with checked citations.')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError('(--help shows examples)')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow demo                                   two corpora, six questions, then the API
  $ winnow corpus create notes --source ./notes
  $ winnow plan notes                             what an ingest would do and cost
  $ winnow ingest notes
  $ winnow search notes "how do I roll back?"
  $ winnow ask notes "how do I roll back?"

Without a server everything lives in WINNOW_DATA_DIR (default .winnow). REDIS_URL and ELASTICSEARCH_URL
switch to full mode. Exit codes: 0 done, 1 done and the answer is no (findings, failed documents, an answer that
abstained), 2 bad input, 3 a server or disk that does not play along, 70 a bug, 130 and 143 stopped by a signal.`,
    );
  // Said as JSON where that was asked for.
  if (asksForJson(words)) program.configureOutput({ writeErr() {} });
  await addCommands(program, words, addGeneralOptions(program, environment));
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

/** Commands that may be meant by what was typed are loaded; of the others it is enough to know that they are there. */
async function addCommands(
  program: Command,
  words: readonly string[],
  environment: Environment,
): Promise<void> {
  const typed = new Set(words);
  for (const { load, commands, unlisted = [] } of allCommands) {
    const usages = Object.entries(commands);
    const names = [...usages.map(([usage]) => nameIn(usage)), ...unlisted];
    if (names.some((name) => typed.has(name))) (await load())(program, environment);
    else for (const [usage, summary] of usages) program.command(usage).description(summary);
  }
}

/** `search` of `search <name> <query...>`. */
function nameIn(usage: string): string {
  return usage.split(' ')[0] ?? usage;
}
