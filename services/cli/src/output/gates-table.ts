import type { Gate } from '@winnow/core';
import { tableOf } from './table.ts';

/** Characters of a line of the last column. */
const detailWidth = 90;

/** A row for each gate; what was not measured or not asked for is a dash. */
export function gatesTable(gates: readonly Gate[]): string {
  return tableOf(
    ['gate', '', 'value', 'floor', 'detail'],
    gates.map(({ name, passed, value, floor, detail }) => [
      name,
      passed ? (value === null && floor === null && name !== 'state' ? '–' : 'passed') : 'FAILED',
      figureText(value),
      figureText(floor),
      wrap(detail, detailWidth),
    ]),
  );
}

function figureText(value: number | null): string {
  return value === null ? '–' : value.toFixed(4).replace('-', '−');
}

/** Breaks text at spaces; a longer word has a line of its own. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
