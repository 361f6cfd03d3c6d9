import { isActive } from '@winnow/core';
import type { Engine, RunReport } from '@winnow/engine';
import type { Command } from 'commander';
import { countOf } from '../output/figures.ts';
import { print, printJson } from '../output/print.ts';
import { agreeTo } from '../runs/agree-to.ts';
import { finishRun } from '../runs/finish-run.ts';
import { type BudgetOptions, budgetOf, withBudgetOptions } from '../runs/run-options.ts';
import { workOnRun } from '../runs/work-on-run.ts';
import { type CommandTools, type Environment, withEngine } from '../with-engine.ts';

interface ControlOptions {
  readonly json?: boolean;
}

/** `pause`, `resume` and `cancel`. */
export function registerRunControl(program: Command, environment: Environment): void {
  program
    .command('pause <run>')
    .description('Have a run wait until it is resumed. What is done stays done.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ winnow pause 20260102T030405-1f9a3c7d')
    .action(control(environment, 'pause', (engine, run) => engine.runs.pause(run)));

  program
    .command('cancel <run>')
    .description(
      'End a run before it is done. What is indexed stays, and the next ingest takes up the rest; of a reindex nothing is left.',
    )
    .option(
      '--yes',
      'do not ask before a reindex is given up; without a terminal it is not, but with this option',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ winnow cancel 20260102T030405-1f9a3c7d')
    .action((run: string, { yes = false, json }: ControlOptions & { readonly yes?: boolean }) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow cancel ${run}` },
        async ({ engine, signal }) => {
          if (!(await agreeToCancel(engine, run, yes, signal))) return;
          printState(await engine.runs.cancel(run), json);
        },
      ),
    );

  withBudgetOptions(program.command('resume <run>'))
    .description('Have a run go on that waits, with another budget if one is given.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow resume 20260102T030405-1f9a3c7d
  $ winnow resume 20260102T030405-1f9a3c7d --budget 20

A budget is what the run may spend in all, what it has spent included; without one the budget stays as it is. On the
embedded index the work is done here, and followed to its end; in full mode workers do it.`,
    )
    .action((run: string, options: ControlOptions & BudgetOptions) =>
      withEngine(environment, { kind: 'write', purpose: `winnow resume ${run}` }, (tools) =>
        resume(tools, run, options),
      ),
    );
}

function control(
  environment: Environment,
  word: string,
  act: (engine: Engine, run: string) => Promise<RunReport>,
): (run: string, options: ControlOptions) => Promise<void> {
  return (run, { json }) =>
    withEngine(environment, { kind: 'write', purpose: `winnow ${word} ${run}` }, async ({ engine }) =>
      printState(await act(engine, run), json),
    );
}

/** Of a reindex nothing is left, nor of a generation that was ready before it; what other runs have done stays. */
async function agreeToCancel(
  engine: Engine,
  run: string,
  isAgreed: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const report = await engine.runs.show(run);
  if (report.kind !== 'reindex' || !isActive(report)) return true;
  const { corpus } = report;
  const { generations } = await engine.generations.list(corpus);
  const beside = generations.find(({ state }) => state === 'building' || state === 'ready');
  const what = beside === undefined ? '' : ` and generation ${beside.generation}`;
  const made = countOf(beside?.chunks ?? 0, 'chunk');
  return await agreeTo(
    { what: `give up the reindex of ${corpus}${what}, which has ${made} by now` },
    isAgreed,
    signal,
  );
}

async function resume(
  { engine, signal }: CommandTools,
  run: string,
  options: ControlOptions & BudgetOptions,
): Promise<void> {
  const { json = false } = options;
  const report = await engine.runs.resume(run, budgetOf(options) ?? undefined);
  if (engine.mode === 'full') return printState(report, json);
  finishRun(await workOnRun(engine, report, { work: true, quiet: json, signal }), { json });
}

function printState(report: RunReport, json = false): void {
  const { run, corpus, state, waiting } = report;
  if (json) printJson(report);
  else print(`run ${run} of ${corpus}: ${state}${waiting === null ? '' : `, waits (${waiting.reason})`}`);
}
