import { AppError } from '@winnow/core';
import type { Engine, RunOptions, RunReport } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { printNote } from '../output/print.ts';
import { agreeToPrice } from '../runs/agree-to-price.ts';
import { finishRun } from '../runs/finish-run.ts';
import { forAllCorpora } from '../runs/for-all-corpora.ts';
import { joinedNotes } from '../runs/joined-notes.ts';
import { type BudgetOptions, budgetOf, withBudgetOptions } from '../runs/run-options.ts';
import { workOnRun } from '../runs/work-on-run.ts';
import { type CommandTools, type Environment, withEngine } from '../with-engine.ts';

interface IngestOptions extends BudgetOptions {
  readonly all?: boolean;
  readonly plan?: string;
  readonly approveDeletions?: number;
  readonly remake?: boolean;
  readonly strict?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly work: boolean;
  readonly batch?: boolean;
}

export function registerIngest(program: Command, environment: Environment): void {
  const command = program
    .command('ingest [name]')
    .description(
      'Index what changed at the source of a corpus since the last run. Safe to stop and to repeat.',
    )
    .option('--all', 'every corpus, one after the other; trouble of one ends none of the others')
    .option('--plan <file>', 'do exactly what a plan file says, for no more than it costs');
  withBudgetOptions(command)
    .option(
      '--approve-deletions <n>',
      'let up to so many documents go, though the corpus’ guard would withhold them',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--remake', 'make anew what an older parser, chunker or analysis made')
    .option('--batch', 'have texts embedded by the provider’s Batch API: half the price, within a day')
    .option('--strict', 'exit code 1 where any document is in the inbox at the end')
    .option('--yes', 'do not ask, whatever it costs (see WINNOW_ASK_ABOVE_USD)')
    .option('--json', 'print one line of JSON at the end')
    .option('--no-work', 'only follow the run; leave the work to `winnow worker` processes (full mode)')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow ingest handbook
  $ winnow ingest handbook --json | tail -1
  $ winnow ingest --all --json              a line for each corpus
  $ winnow ingest handbook --budget 5       waits where it would cost more; winnow resume RUN has it go on
  $ winnow ingest handbook --plan plan.jsonl
  $ winnow ingest handbook --approve-deletions 1200
  $ winnow ingest handbook --batch          stop and start again at will: batches go on without us
  $ winnow ingest handbook --no-work        workers elsewhere do it; this only shows progress

Documents that cannot be read end in the inbox with their cause, and do not stop the run: winnow inbox handbook.
Exit codes: 0 done, 1 nothing of what is new got in, or the run waits or failed, 2 bad input, 3 a server or disk
that does not play along, 130 and 143 stopped by a signal.`,
    )
    .action((name: string | undefined, options: IngestOptions) => {
      if ((name === undefined) !== (options.all === true)) {
        throw new AppError('invalid_argument', 'name one corpus, or all of them with --all');
      }
      if (options.all === true && options.plan !== undefined) {
        throw new AppError('invalid_argument', 'a plan file is of one corpus: name it instead of --all');
      }
      const purpose = `winnow ingest ${name ?? '--all'}`;
      return withEngine(environment, { kind: 'write', purpose }, async (tools) => {
        if (name !== undefined) return await ingest(tools, name, options);
        await forAllCorpora(tools.engine, tools.signal, (each) => ingest(tools, each, options));
      });
    });
}

async function ingest(
  { engine, config, signal }: CommandTools,
  name: string,
  options: IngestOptions,
): Promise<void> {
  const { work, json = false, strict, remake = false } = options;
  requireWork(engine, work);
  const isAgreed = options.yes === true || json || options.plan !== undefined;
  const question = { remake, askAboveUsd: config.askAboveUsd, signal };
  if (!isAgreed && !(await agreeToPrice(engine, name, question))) {
    printNote('nothing was done');
    process.exitCode = exitCodes.no;
    return;
  }
  const report = await ingestCorpus(engine, name, {
    ...runOptionsOf(options),
    work,
    quiet: json,
    signal,
  });
  finishRun(report, { json, strict });
}

/** @throws AppError `invalid_argument` where nobody else could do the work. */
export function requireWork(engine: Engine, work: boolean): void {
  if (work || engine.mode === 'full') return;
  throw new AppError('invalid_argument', '--no-work needs full mode: set REDIS_URL and ELASTICSEARCH_URL');
}

function runOptionsOf(options: IngestOptions): RunOptions {
  const { plan, approveDeletions, remake, batch } = options;
  const budget = budgetOf(options);
  return {
    batch: batch === true,
    ...(remake !== undefined && { remake }),
    ...(budget !== null && { budget }),
    ...(approveDeletions !== undefined && { approvedDeletions: approveDeletions }),
    ...(plan !== undefined && { planFile: plan }),
  };
}

/**
 * Starts a run and follows it to its end, or to where it waits for somebody.
 * @returns the last report; on Ctrl-C throws `canceled`, and what is done stays done.
 */
export async function ingestCorpus(
  engine: Engine,
  name: string,
  {
    work,
    quiet,
    signal,
    ...options
  }: RunOptions & { readonly work: boolean; readonly quiet: boolean; readonly signal: AbortSignal },
): Promise<RunReport> {
  // Who works here reads the source here: one that is not there need not be waited for.
  const started = await engine.runs.start(name, { ...options, checkSources: work });
  joinedNotes(started, options).forEach(printNote);
  return await workOnRun(engine, started, { work, quiet, signal });
}
