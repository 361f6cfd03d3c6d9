import {
  type CostsRequest,
  costsRequestSchema,
  type LedgerSum,
  ledgerGroupings,
  parseGiven,
} from '@winnow/core';
import { type CostsReport, costsReport } from '@winnow/engine';
import { type Command, Option } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { costText } from '../output/cost.ts';
import {
  type Format,
  type FormatOptions,
  type Listing,
  printListing,
  withFormats,
} from '../output/listing.ts';
import { printNote } from '../output/print.ts';
import { type Environment, withEngine } from '../with-engine.ts';

export function registerCosts(program: Command, environment: Environment): void {
  withFormats(program.command('costs'))
    .description('What calls of models took and cost, from the ledger.')
    .addOption(
      new Option('--by <group>', 'what makes a group').choices([...ledgerGroupings]).default('model'),
    )
    .option('--corpus <name>', 'only calls for this corpus')
    .option('--run <run>', 'only calls of this run')
    .option(
      '--since <moment>',
      'from then on: a date, a time with its zone, or so long ago (30m, 24h, 7d, 4w)',
    )
    .option('--until <moment>', 'before then')
    .option('--limit <n>', 'groups at most', wholeNumber(1, 1_000), 100)
    .addHelpText(
      'after',
      `
Examples:
  $ winnow costs
  $ winnow costs --by day --since 7d
  $ winnow costs --by purpose --corpus handbook --since 2026-11-01 --until 2026-12-01
  $ winnow costs --by run --json
  $ winnow costs --by day --format csv > costs.csv

Days are those of UTC. Local models cost nothing and are listed too. WINNOW_PRICES gives models a price that
have none, or another one.`,
    )
    .action(({ format, json: _, ...rest }: FormatOptions & Record<string, unknown>) => {
      const request = parseGiven(costsRequestSchema, rest, 'the request');
      return withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const report = await costsReport(engine, request, new Date());
        printListing({ format }, report, listingOf(report, format));
        if (format !== 'json' && report.more) {
          printNote(`note: only the first ${report.groups.length} groups are listed; --limit shows more`);
        }
      });
    });
}

/** Programs get groups alone, of which they can make the sum: with it as a row they would count all twice. */
function listingOf({ by, groups, total }: CostsReport, format: Format): Listing {
  const listed = by === 'total' ? [] : groups.map((sum) => [nameOf(by, sum), ...cellsOf(sum)]);
  const hasTotal = by === 'total' || format === 'table';
  return {
    columns: [by === 'total' ? '' : by, 'calls', 'tokens in', 'tokens out', 'searches', 'cached', 'cost'],
    rows: hasTotal ? [...listed, ['total', ...cellsOf(total)]] : listed,
  };
}

function cellsOf(cost: CostsReport['total']): (string | number)[] {
  return [cost.calls, cost.inputTokens, cost.outputTokens, cost.searches, cost.cached, costText(cost)];
}

function nameOf(by: CostsRequest['by'], { group }: LedgerSum): string {
  if (group !== '') return group;
  return by === 'run' ? '(no run: queries)' : '(none)';
}
