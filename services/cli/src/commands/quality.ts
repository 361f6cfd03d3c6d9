import type { QualityResult } from '@winnow/core';
import { evaluationModes, type QualityDrop, type QualityHistoryView, qualityPage } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { modesOf } from '../modes-of.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { createQueryProgress } from '../output/progress.ts';
import { tableOf } from '../output/table.ts';
import { writeReport } from '../output/write-report.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface QualityOptions {
  readonly evaluate?: boolean;
  readonly modes?: readonly (typeof evaluationModes)[number][];
  readonly limit: number;
  readonly report?: string;
  readonly json?: boolean;
}

export function registerQuality(program: Command, environment: Environment): void {
  program
    .command('quality <name>')
    .description('What the golden queries of a corpus came to over time.')
    .option('--evaluate', 'search for them on the live generation now, and add what they come to')
    .option(
      '--modes <list>',
      `with --evaluate, of ${evaluationModes.join(',')} (default: hybrid,dense)`,
      modesOf,
    )
    .option('--limit <n>', 'results to show, newest first', wholeNumber(1, 10_000), 20)
    .option('--report <file>', 'write an HTML page with a plot')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow quality papers --evaluate
  $ winnow quality papers --report quality.html
  $ winnow quality papers --json | jq '.results[0].figures'

A figure that is below the 95 % interval of the time before, on the same golden queries, is warned of; the exit code is
1 then. Results of other golden queries do not compare.`,
    )
    .action((name: string, options: QualityOptions) => {
      const isEvaluating = options.evaluate === true;
      const access = isEvaluating
        ? ({ kind: 'write', purpose: `winnow quality ${name} --evaluate` } as const)
        : ({ kind: 'read' } as const);
      return withEngine(environment, access, async ({ engine, signal }) => {
        if (isEvaluating) {
          const progress = createQueryProgress();
          try {
            const modes = options.modes === undefined ? {} : { modes: options.modes };
            const onQuery = (done: number, total: number) => progress.update({ done, total });
            await engine.quality.evaluate(name, { ...modes, onQuery }, signal);
          } finally {
            progress.stop();
          }
        }
        const history = await engine.quality.history(name, options.limit);
        if (options.json) printJson(history);
        else printHistory(name, history);
        if (options.report !== undefined)
          await writeReport(options.report, await qualityPage(name, history.results));
        process.exitCode ??= history.drops.length > 0 ? exitCodes.no : exitCodes.done;
      });
    });
}

function printHistory(name: string, { results, drops }: QualityHistoryView): void {
  if (results.length === 0) printNote(`nothing measured yet: winnow quality ${name} --evaluate`);
  if (results.length === 0) return;
  print(
    tableOf(
      ['at', 'generation', 'queries', 'golden', 'mode', 'metric', 'mean', '95 % interval'],
      results.flatMap(rowsOf),
    ),
  );
  for (const drop of drops) printNote(warningOf(drop));
}

function rowsOf({ at, generation, queries, goldenDigest, figures }: QualityResult) {
  return figures.map(({ mode, metric, mean, low, high }, place) => [
    ...(place === 0 ? [at, String(generation), String(queries), goldenDigest.slice(0, 8)] : ['', '', '', '']),
    mode,
    metric,
    mean.toFixed(4),
    `${low.toFixed(4)}–${high.toFixed(4)}`,
  ]);
}

function warningOf({ metric, mode, now, before, beforeAt }: QualityDrop): string {
  return `warning: ${mode} ${metric} fell to ${now.mean.toFixed(4)}, below ${before.low.toFixed(4)}–${before.high.toFixed(4)} of ${beforeAt}`;
}
