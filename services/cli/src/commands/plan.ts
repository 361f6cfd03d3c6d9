import { AppError } from '@winnow/core';
import type { Command } from 'commander';
import { buildPlanText } from '../output/build-plan-text.ts';
import { planText } from '../output/plan-text.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { type BuildOptions, buildSettingsOf, withBuildOptions } from '../runs/build-options.ts';
import { planBuildWithProgress, planWithProgress } from '../runs/plan-with-progress.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface PlanCommandOptions extends BuildOptions {
  readonly out?: string;
  readonly remake?: boolean;
  readonly json?: boolean;
}

export function registerPlan(program: Command, environment: Environment): void {
  const command = program
    .command('plan <name>')
    .description('What an ingest would do and cost, or a reindex. Nothing is changed, and no model is paid.');
  withBuildOptions(command)
    .option('--out <file>', 'write the plan to a file, for `winnow ingest --plan` or `winnow reindex --plan`')
    .option('--remake', 'with documents that an older parser, chunker or analysis made')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow plan handbook
  $ winnow plan handbook --out plan.jsonl && winnow ingest handbook --plan plan.jsonl
  $ winnow plan handbook --json | jq .cost.usd
  $ winnow plan handbook --embedder bge-small-en-v1.5      what winnow reindex would take

An ingest of a plan file does exactly what is in it, for no more than it says: a document that has changed since
stays out, and is named. So a plan can be kept, reviewed and approved by somebody else.`,
    )
    .action((name: string, { out, remake = false, json, ...build }: PlanCommandOptions) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const settings = buildSettingsOf(build);
        if (Object.keys(settings).length > 0) {
          refuseRemake(remake);
          const how = { signal, ...(out !== undefined && { out }) };
          const plan = await planBuildWithProgress(engine, name, settings, how);
          if (json) return printJson(plan);
          print(buildPlanText(plan));
          if (out !== undefined) printNote(`written to ${out}: winnow reindex ${name} --plan ${out}`);
          return;
        }
        const options = { remake, ...(out !== undefined && { out }) };
        const plan = await planWithProgress(engine, name, options, signal);
        if (json) return printJson(plan);
        print(planText(plan));
        if (out !== undefined) printNote(`written to ${out}: winnow ingest ${name} --plan ${out}`);
      }),
    );
}

function refuseRemake(remake: boolean): void {
  if (!remake) return;
  throw new AppError(
    'invalid_argument',
    '--remake is for an ingest; --embedder, --chunk-tokens and --chunk-overlap are for a reindex, which makes everything anew',
  );
}
