import { describe, expect, test } from 'vitest';
import { tableOf } from './table.ts';

describe('tableOf', () => {
  test('has one rule, under the headings', () => {
    expect(
      tableOf(
        ['name', 'n'],
        [
          ['a', 1],
          ['b', 22],
        ],
      ).split('\n'),
    ).toEqual([
      '┌──────┬────┐',
      '│ name │  n │',
      '├──────┼────┤',
      '│ a    │  1 │',
      '│ b    │ 22 │',
      '└──────┴────┘',
    ]);
  });

  test('has no line of headings where there are none', () => {
    expect(tableOf(['', ''], [['a', 'b']]).split('\n')).toEqual(['┌───┬───┐', '│ a │ b │', '└───┴───┘']);
  });

  test('is no wider than the terminal, at the cost of the widest columns', () => {
    const lines = tableOf(['id', 'text'], [[1, 'x'.repeat(100)]], 40).split('\n');
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([40]));
    expect(lines[3]).toContain('…');
  });

  test('is lines of heading and cell where a terminal is too narrow for all columns', () => {
    const headings = ['name', 'documents', 'failed', 'sources', 'run'];
    const rows = [
      ['notes', 2, 0, '/home/ada/notes', ''],
      ['wiki', 31, 1, '/home/ada/wiki', '20261129T181352-24250a04'],
    ];
    expect(tableOf(headings, rows, 40).split('\n')).toEqual([
      'name       notes',
      'documents  2',
      'failed     0',
      'sources    /home/ada/notes',
      '',
      'name       wiki',
      'documents  31',
      'failed     1',
      'sources    /home/ada/wiki',
      'run        20261129T181352-24250a04',
    ]);
    expect(tableOf(headings, rows, 80)).toContain('│ notes');
    expect(tableOf(headings, [], 40)).toContain('│ name');
  });

  test('writes out control characters', () => {
    expect(tableOf(['file'], [['a\u001b[2J.md']])).toContain('a\\x1b[2J.md');
  });
});
