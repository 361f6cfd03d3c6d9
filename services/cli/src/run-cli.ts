import { AppError } from '@winnow/core';
import { exitCodeOfError, exitCodes, lastWords } from '@winnow/runtime';
import { Command, CommanderError } from 'commander';
import { registerArchive } from './commands/archive.ts';
import { registerAsk } from './commands/ask.ts';
import { registerCluster } from './commands/cluster.ts';
import { registerCorpus } from './commands/corpus.ts';
import { registerCosts } from './commands/costs.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerDocument } from './commands/document.ts';
import { registerDuplicates } from './commands/duplicates.ts';
import { registerEval } from './commands/eval.ts';
import { registerExport } from './commands/export.ts';
import { registerGenerations } from './commands/generations.ts';
import { registerGolden } from './commands/golden.ts';
import { registerInbox } from './commands/inbox.ts';
import { registerIngest } from './commands/ingest.ts';
import { registerModels } from './commands/models.ts';
import { registerPlan } from './commands/plan.ts';
import { registerPush } from './commands/push.ts';
import { registerQuality } from './commands/quality.ts';
import { registerReindex } from './commands/reindex.ts';
import { registerRestore } from './commands/restore.ts';
import { registerRunControl } from './commands/run-control.ts';
import { registerRuns } from './commands/runs.ts';
import { registerSchedule } from './commands/schedule.ts';
import { registerSearch } from './commands/search.ts';
import { registerServices } from './commands/services.ts';
import { registerSimilar } from './commands/similar.ts';
import { registerStatus } from './commands/status.ts';
import { registerVerify } from './commands/verify.ts';
import type { Environment } from './with-engine.ts';

/**
 * Exit codes: 0 done · 1 done, and the answer is no (findings, failed documents, an answer that abstained) · 2 bad
 * input · 3 a server or disk that does not play along · 70 a bug in Winnow · 130 and 143 stopped by a signal.
 */
export async function runCli(words: readonly string[], environment: Environment): Promise<number> {
  try {
    await createProgram(environment).parseAsync([...words], { from: 'user' });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      return thrown.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
    }
    const error = AppError.from(thrown);
    // Stopped by a signal, as whoever sent it knows.
    if (error.code === 'canceled' && process.exitCode !== undefined) return Number(process.exitCode);
    process.stderr.write(lastWords('winnow', error));
    return exitCodeOfError(error);
  }
}

function createProgram(environment: Environment): Command {
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
  for (const register of [
    registerDemo,
    registerCorpus,
    registerPlan,
    registerIngest,
    registerPush,
    registerReindex,
    registerGenerations,
    registerStatus,
    registerRunControl,
    registerRuns,
    registerInbox,
    registerDoctor,
    registerVerify,
    registerGolden,
    registerQuality,
    registerSchedule,
    registerCosts,
    registerSearch,
    registerAsk,
    registerSimilar,
    registerDuplicates,
    registerCluster,
    registerDocument,
    registerExport,
    registerArchive,
    registerRestore,
    registerEval,
    registerModels,
    registerServices,
  ]) {
    register(program, environment);
  }
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}
