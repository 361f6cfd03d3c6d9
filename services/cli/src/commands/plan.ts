import type { Command } from 'commander';
import { planText } from '../output/plan-text.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { planWithProgress } from '../runs/plan-with-progress.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface PlanCommandOptions {
  readonly out?: string;
  readonly remake?: boolean;
  readonly json?: boolean;
}

export function registerPlan(program: Command, environment: Environment): void {
  program
    .command('plan <name>')
    .description('What an ingest would do and cost. Nothing is changed, and no model is paid.')
    .option('--out <file>', 'write the plan to a file, for `winnow ingest --plan`')
    .option('--remake', 'with documents that an older parser, chunker or analysis made')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow plan handbook
  $ winnow plan handbook --out plan.jsonl && winnow ingest handbook --plan plan.jsonl
  $ winnow plan handbook --json | jq .cost.usd

An ingest of a plan file does exactly what is in it, for no more than it says: a document that has changed since
stays out, and is named. So a plan can be kept, reviewed and approved by somebody else.`,
    )
    .action((name: string, { out, remake = false, json }: PlanCommandOptions) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const options = { remake, ...(out !== undefined && { out }) };
        const plan = await planWithProgress(engine, name, options, signal);
        if (json) return printJson(plan);
        print(planText(plan));
        if (out !== undefined) printNote(`written to ${out}: winnow ingest ${name} --plan ${out}`);
      }),
    );
}
