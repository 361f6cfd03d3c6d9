import { AppError } from '@winnow/core';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { buildPlanText } from '../output/build-plan-text.ts';
import { print, printNote } from '../output/print.ts';
import { askWhetherDear } from '../runs/agree-to-price.ts';
import { type BuildOptions, buildSettingsOf, withBuildOptions } from '../runs/build-options.ts';
import { finishRun } from '../runs/finish-run.ts';
import { planBuildWithProgress } from '../runs/plan-with-progress.ts';
import { type BudgetOptions, budgetOf, withBudgetOptions } from '../runs/run-options.ts';
import { workOnRun } from '../runs/work-on-run.ts';
import { type CommandTools, type Environment, withEngine } from '../with-engine.ts';
import { requireWork } from './ingest.ts';

interface ReindexOptions extends BuildOptions, BudgetOptions {
  readonly plan?: string;
  readonly sameText?: boolean;
  readonly fromSource?: boolean;
  readonly batch?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly work: boolean;
}

export function registerReindex(program: Command, environment: Environment): void {
  const command = program
    .command('reindex <name>')
    .description('Build a new generation beside the live one. Nobody sees it until `winnow promote`.');
  withBudgetOptions(withBuildOptions(command))
    .option('--plan <file>', 'the settings of a plan file, for no more than it costs')
    .option('--from-source', 'read, parse and split every document anew (the default)')
    .option('--same-text', 'take the text as it stands in the live generation, and look at no source')
    .option('--batch', 'have texts embedded by the provider’s Batch API: half the price, within a day')
    .option('--yes', 'do not ask, whatever it costs (see WINNOW_ASK_ABOVE_USD)')
    .option('--json', 'print one line of JSON at the end')
    .option('--no-work', 'only follow the run; leave the work to `winnow worker` processes (full mode)')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow plan handbook --embedder bge-small-en-v1.5      what it would take
  $ winnow reindex handbook --embedder bge-small-en-v1.5
  $ winnow plan handbook --embedder M --out plan.jsonl && winnow reindex handbook --plan plan.jsonl
  $ winnow reindex handbook --embedder openai:text-embedding-3-small --same-text --budget 5
  $ winnow verify handbook && winnow promote handbook

Vectors that any generation holds are taken from there. Stopped or killed, the same command goes on; asked for again
when the generation is ready, it brings it up to date. winnow cancel RUN gives it up, and leaves nothing of it behind.`,
    )
    .action((name: string, options: ReindexOptions) =>
      withEngine(environment, { kind: 'write', purpose: `winnow reindex ${name}` }, (tools) =>
        reindex(tools, name, options),
      ),
    );
}

async function reindex(
  { engine, config, signal }: CommandTools,
  name: string,
  options: ReindexOptions,
): Promise<void> {
  const { work, json = false, batch = false } = options;
  requireWork(engine, work);
  const settings = buildSettingsOf(options);
  const fromText = options.sameText === true;
  if (fromText && options.fromSource === true) {
    throw new AppError('invalid_argument', 'give --from-source or --same-text, not both');
  }
  refuseBesidePlan(options);
  if (options.yes !== true && !json && options.plan === undefined) {
    const question = { askAboveUsd: config.askAboveUsd, signal };
    const planned = () => planBuildWithProgress(engine, name, settings, { fromText, signal });
    const model = settings.embedder ?? (await engine.corpora.show(name)).embedder;
    if (!(await askWhetherDear(model, planned, buildPlanText, question))) {
      printNote('nothing was done');
      process.exitCode = exitCodes.no;
      return;
    }
  }
  const budget = budgetOf(options);
  const started = await engine.generations.reindex(name, settings, {
    batch,
    fromText,
    ...(options.plan !== undefined && { planFile: options.plan }),
    ...(budget !== null && { budget }),
  });
  const { generation } = started;
  const report = await workOnRun(engine, started, { work, quiet: json, signal });
  const ended = { ...report, generation };
  finishRun(ended, { json });
  if (!json && report.state === 'completed') {
    print(`generation ${generation} is ready. Next: winnow verify ${name}, then winnow promote ${name}`);
  }
}

function refuseBesidePlan({ plan, sameText, fromSource, ...build }: ReindexOptions): void {
  const isAlone = Object.keys(buildSettingsOf(build)).length === 0 && !sameText && !fromSource;
  if (plan === undefined || isAlone) return;
  throw new AppError('invalid_argument', 'a plan file has its settings: give --plan without others');
}
