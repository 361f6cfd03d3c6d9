import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@winnow/core';
import { type Engine, followRun, type RunReport } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { createLiveLines } from '../output/live-lines.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { activeRunsText, runStatusLines } from '../output/run-status.ts';
import { createWaitTeller } from '../runs/wait-teller.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly once?: boolean;
}

/** How often all runs are looked at. */
const lookEveryMs = 2_000;

export function registerStatus(program: Command, environment: Environment): void {
  program
    .command('status [run]')
    .description('What a run is at and what it waits for; without a run, all that are under way.')
    .option(
      '--watch',
      'go on looking, also where the output is no terminal: a line of JSON, or a text, a change',
    )
    .option('--once', 'look once, also in a terminal')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow status
  $ winnow status 20260102T030405-1f9a3c7d
  $ winnow status 20260102T030405-1f9a3c7d --json | jq .waiting

In a terminal one run is followed until it has ended; Ctrl-C leaves it alone. \`winnow runs NAME\` lists runs of before.`,
    )
    .action((run: string | undefined, options: StatusOptions) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        try {
          if (run === undefined) await showActive(engine, options, signal);
          else await showRun(engine, run, options, signal);
        } catch (thrown) {
          if (!signal.aborted) throw thrown;
          // Looking away is no failure.
          process.exitCode = exitCodes.done;
        }
      }),
    );
}

async function showRun(
  engine: Engine,
  run: string,
  { json = false, watch = false, once = false }: StatusOptions,
  signal: AbortSignal,
): Promise<void> {
  const isLive = process.stdout.isTTY && !json;
  const show = (report: RunReport): void => {
    if (json) printJson(report);
    else print(runStatusLines(report, new Date()).join('\n'));
  };
  if (once || !(watch || isLive)) {
    show(await engine.runs.show(run));
    return;
  }
  const lines = createLiveLines(process.stdout);
  const draw = (report: RunReport): void => lines.draw(runStatusLines(report, new Date()));
  const teller = createWaitTeller(printNote);
  const onReport = isLive ? draw : onChange(show);
  await followRun(engine.runs, run, signal, { onReport, onTrouble: teller.trouble });
}

/** Passes on a report that says something else than the one before, times and speeds aside. */
function onChange(show: (report: RunReport) => void): (report: RunReport) => void {
  let last = '';
  return (report) => {
    const { seconds: _seconds, progress, ...rest } = report;
    const now = JSON.stringify([rest, progress.listed, progress.total, progress.done]);
    if (now === last) return;
    last = now;
    show(report);
  };
}

async function showActive(
  engine: Engine,
  { json = false, watch = false, once = false }: StatusOptions,
  signal: AbortSignal,
): Promise<void> {
  const lines = process.stdout.isTTY ? createLiveLines(process.stdout) : null;
  for (;;) {
    const [runs, parked] = await Promise.all([engine.runs.active(), parkedOf(engine)]);
    if (json) printJson({ runs, parked });
    else if (watch && lines !== null) lines.draw([activeRunsText(runs, parked)]);
    else print(activeRunsText(runs, parked));
    if (!watch || once) return;
    await wait(lookEveryMs, undefined, { signal });
  }
}

/** A queue that is away is told; runs are known without it. */
async function parkedOf(engine: Engine) {
  try {
    return await engine.runs.parked();
  } catch (thrown) {
    printNote(`note: parked jobs are not known: ${AppError.from(thrown).message}`);
    return [];
  }
}
