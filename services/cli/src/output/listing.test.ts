import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { separated } from './listing.ts';

describe('separated', () => {
  test('has a line of headings, and a line for each row', () => {
    const listing = {
      columns: ['document', { name: 'score', decimals: 1 }],
      rows: [
        ['a.md', -0.251],
        ['b,"c".md', null],
      ],
    };
    expect(separated(listing, 'csv')).toBe('document,score\na.md,-0.251\n"b,""c"".md",\n');
    expect(separated(listing, 'tsv')).toBe('document\tscore\na.md\t-0.251\n"b,""c"".md"\t\n');
  });

  test('headings alone where there is nothing', () => {
    expect(separated({ columns: ['a', 'b'], rows: [], ifEmpty: 'nothing' }, 'csv')).toBe('a,b\n');
  });

  test('lets a reader get back every cell, whatever is in a name', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', ';', '\t', '"', "'", '\n', ' ', '文') });
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1 });
    fc.assert(
      fc.property(rows, fc.constantFrom('csv' as const, 'tsv' as const), (cells, format) => {
        const text = separated({ columns: ['x', 'y'], rows: cells }, format);
        const read = parse(text, { delimiter: format === 'csv' ? ',' : '\t', relax_column_count: false });
        // A tab in front would begin a formula.
        const expected = cells.map((row) => row.map((one) => (one.startsWith('\t') ? `'${one}` : one)));
        expect(read).toEqual([['x', 'y'], ...expected]);
      }),
    );
  });

  test('gives a spreadsheet no formula, and a terminal no control character', () => {
    const rows = [['=HYPERLINK("http://x")'], ['@SUM(A1)'], ['+1'], ['-1'], ['a\u001b[2J']];
    expect(parse(separated({ columns: ['x'], rows }, 'csv')).flat()).toEqual([
      'x',
      '\'=HYPERLINK("http://x")',
      "'@SUM(A1)",
      "'+1",
      "'-1",
      'a\\x1b[2J',
    ]);
  });
});
