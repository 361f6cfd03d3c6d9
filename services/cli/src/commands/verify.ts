import { AppError } from '@winnow/core';
import { type Verification, type VerifyOptions, type VerifyStep, verificationPage } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { countOf } from '../output/figures.ts';
import { gatesTable } from '../output/gates-table.ts';
import { print, printJson } from '../output/print.ts';
import { createStatusLine } from '../output/status-line.ts';
import { writeReport } from '../output/write-report.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface VerifyCommandOptions {
  readonly generation?: number;
  readonly golden?: string;
  readonly qrels?: string;
  readonly queries?: string;
  readonly report?: string;
  readonly json?: boolean;
}

export function registerVerify(program: Command, environment: Environment): void {
  program
    .command('verify <name>')
    .description('Look at a generation before readers are switched to it, and keep the report with it.')
    .option(
      '--generation <n>',
      'which one (default: the one that is ready, else the live one)',
      wholeNumber(1, 1e9),
    )
    .option('--golden <path>', 'golden queries for this one look, instead of those of the corpus')
    .option('--qrels <name>', 'which judgements of that folder')
    .option('--queries <file>', 'queries to compare by: one a line, or JSON lines with `text`')
    .option('--report <file>', 'write an HTML page with figures, plots and results side by side')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow verify handbook
  $ winnow verify handbook --report report.html
  $ winnow verify handbook --golden ./scifact --qrels train --json | jq '.gates[] | select(.passed | not)'

Gates: coverage, vectors, agreement, quality, size, state. Without golden queries (winnow golden set) quality is not
measured. What is asked for is a setting of the corpus: winnow corpus set. Exit code 1 where a gate failed.`,
    )
    .action((name: string, options: VerifyCommandOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow verify ${name}` },
        async ({ engine, signal }) => {
          const line = createStatusLine();
          const onVerified: VerifyOptions['onVerified'] = (step, done, total) =>
            line.show(`${name}: ${stepText(step, done, total)}`);
          try {
            const found = await engine.quality.verify(name, { ...optionsOf(options), onVerified }, signal);
            line.stop();
            if (options.json) printJson(jsonOf(found));
            else printVerification(name, found);
            if (options.report !== undefined)
              await writeReport(options.report, await verificationPage(found));
            process.exitCode ??= found.report.passed ? exitCodes.done : exitCodes.no;
          } finally {
            line.stop();
          }
        },
      ),
    );
}

function optionsOf({ generation, golden, qrels, queries }: VerifyCommandOptions): VerifyOptions {
  if (qrels !== undefined && golden === undefined) {
    throw new AppError('invalid_argument', '--qrels chooses judgements of --golden: give both');
  }
  return {
    ...(generation !== undefined && { generation }),
    ...(golden !== undefined && { golden: { path: golden, ...(qrels !== undefined && { qrels }) } }),
    ...(queries !== undefined && { queries }),
  };
}

const stepNames: Readonly<Record<VerifyStep, string>> = {
  documents: 'document',
  vectors: 'vector',
  queries: 'compared query',
  golden: 'golden query',
};

function stepText(step: VerifyStep, done: number, total: number | null): string {
  const what = countOf(done, stepNames[step]).replace(/querys$/, 'queries');
  return total === null ? what : `${what} of ${total}`;
}

function jsonOf({ report, embedders, coverage, differences }: Verification) {
  const { stateDigest, comparedWith, ...rest } = report;
  return { ...rest, comparedWith, stateDigest, embedders, coverage, differences };
}

function printVerification(name: string, { report, embedders }: Verification): void {
  const { generation, comparedWith, passed, gates } = report;
  print(
    generation === comparedWith
      ? `generation ${generation} (${embedders.next}), which is live`
      : `generation ${generation} (${embedders.next}) against the live generation ${comparedWith} (${embedders.live})`,
  );
  print(gatesTable(gates));
  if (!passed) {
    const failed = gates.filter((gate) => !gate.passed).map((gate) => gate.name);
    print(`not passed: ${failed.join(', ')}`);
  } else if (generation === comparedWith) print('passed');
  else print(`passed. Next: winnow promote ${name}`);
}
