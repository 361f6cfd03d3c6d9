import { visible } from '@winnow/core';
import Table from 'cli-table3';

/** A column that is cut keeps this much, its two margins included. */
const narrowest = 12;

/**
 * Rows under headings, with a rule under the headings. Numbers stand right.
 * @param width in columns of a terminal; the widest columns are cut until the table fits. Where that is not enough, each
 * row is written as lines of heading and cell: a table whose lines go over is none.
 */
export function tableOf(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width: number = process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY,
): string {
  const lines = drawn(headings, rows, []);
  const widths = widthsIn(lines[0] ?? '');
  const fitting = fitted(widths, width);
  if (excessOf(fitting, width) > 0 && isHeaded(headings) && rows.length > 0) return inLines(headings, rows);
  return (fitting === widths ? lines : drawn(headings, rows, fitting)).join('\n');
}

/** What nothing is said in is left out. */
function inLines(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const wide = Math.max(...headings.map(({ length }) => length));
  const linesOf = (row: readonly (string | number)[]) =>
    row.flatMap((cell, at) =>
      cell === '' ? [] : [`${(headings[at] ?? '').padEnd(wide)}  ${visible(String(cell))}`],
    );
  return rows.map((row) => linesOf(row).join('\n')).join('\n\n');
}

function isHeaded(headings: readonly string[]): boolean {
  return headings.some((heading) => heading !== '');
}

function drawn(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  widths: readonly number[],
): readonly string[] {
  const table = new Table({
    head: [...headings],
    style: { head: [], border: [] },
    colAligns: headings.map((_, column) => (typeof rows[0]?.[column] === 'number' ? 'right' : 'left')),
    ...(widths.length > 0 && { colWidths: [...widths] }),
  });
  for (const row of rows) table.push(row.map((cell) => visible(String(cell))));
  const [top = '', ...lines] = table.toString().split('\n');
  // Without headings there is no line of them either.
  const hasHeadings = isHeaded(headings);
  const kept = lines.slice(hasHeadings ? 0 : 1);
  const headRule = hasHeadings ? lines.findIndex(isRule) : -1;
  return [top, ...kept.filter((line, at) => !isRule(line) || at === headRule)];
}

/** Between two rows. */
function isRule(line: string): boolean {
  return line.startsWith('├');
}

/** Of the columns, as the upper border has them. */
function widthsIn(border: string): readonly number[] {
  return border
    .slice(1, -1)
    .split('┬')
    .map((part) => part.length);
}

/** @returns the same where they fit already. */
function fitted(widths: readonly number[], width: number): readonly number[] {
  const excess = excessOf(widths, width);
  const widest = Math.max(...widths);
  if (excess <= 0 || widest <= narrowest) return widths;
  const at = widths.indexOf(widest);
  return fitted(widths.with(at, Math.max(narrowest, widest - excess)), width);
}

/** Columns that a table of such columns has too many, borders included. */
function excessOf(widths: readonly number[], width: number): number {
  return widths.reduce((sum, one) => sum + one + 1, 1) - width;
}

/** Cuts text to a width for display; white space becomes one space. */
export function shorten(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`;
}
