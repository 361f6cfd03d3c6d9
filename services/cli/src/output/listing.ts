import { visible, visibleName } from '@winnow/core';
import { type Command, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { print, printJson, printNote } from './print.ts';
import { shorten, tableOf } from './table.ts';

const formats = ['table', 'json', 'csv', 'tsv'] as const;
export type Format = (typeof formats)[number];

export interface FormatOptions {
  readonly format: Format;
  /** Given with `--json`, which sets `format` already. */
  readonly json?: boolean;
}

/** A heading; of an object, how a table for people shows what programs get as it is. */
type Column =
  | string
  | {
      readonly name: string;
      /** Longer text is cut to this many characters. */
      readonly cut?: number;
      /** Numbers are shown with so many decimals. */
      readonly decimals?: number;
      /** What the row above has too is not said again. */
      readonly isSaidOnce?: boolean;
    };

/** Nothing is known where a cell is null. */
type Cell = string | number | null;

export interface Listing {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Said to people where there are no rows, instead of an empty table. */
  readonly ifEmpty?: string;
}

/** Adds `--format`, and `--json`, which is short for `--format json`. */
export function withFormats(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'what to print').choices([...formats]).default('table'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }));
}

/**
 * Prints what a command has to list.
 * @param report all of it, for `json`.
 */
export function printListing(
  { format }: Pick<FormatOptions, 'format'>,
  report: unknown,
  listing: Listing,
): void {
  if (format === 'json') printJson(report);
  else if (format !== 'table') process.stdout.write(separated(listing, format));
  else if (listing.rows.length === 0 && listing.ifEmpty !== undefined) printNote(listing.ifEmpty);
  else print(tableFor(listing));
}

function tableFor({ columns, rows }: Listing): string {
  return tableOf(
    columns.map(nameOf),
    rows.map((row, at) => row.map((cell, place) => shown(cell, columns[place], rows[at - 1]?.[place]))),
  );
}

function shown(cell: Cell, column: Column | undefined, above: Cell | undefined): string | number {
  if (cell === null) return '';
  const { isSaidOnce, decimals, cut }: Exclude<Column, string> =
    column === undefined || typeof column === 'string' ? { name: '' } : column;
  if (isSaidOnce && cell === above) return '';
  if (typeof cell === 'number') return decimals === undefined ? cell : cell.toFixed(decimals);
  return visibleName(cut === undefined ? cell : shorten(cell, cut));
}

/**
 * Lines as RFC 4180 has them, but with `\n`, and the same with tabs. Names come from others: a spreadsheet takes none of
 * them for a formula, as they get a `'` before them then.
 */
export function separated({ columns, rows }: Listing, format: 'csv' | 'tsv'): string {
  return stringify(
    [
      columns.map(nameOf),
      ...rows.map((row) => row.map((cell) => (typeof cell === 'string' ? visible(cell) : cell))),
    ],
    {
      delimiter: format === 'csv' ? ',' : '\t',
      escape_formulas: true,
      // A number below zero is none either.
      cast: { number: (value) => ({ value: String(value), escape_formulas: false }) },
    },
  );
}

function nameOf(column: Column): string {
  return typeof column === 'string' ? column : column.name;
}
