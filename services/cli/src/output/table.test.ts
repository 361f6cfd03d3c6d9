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

  test('writes out control characters', () => {
    expect(tableOf(['file'], [['a\u001b[2J.md']])).toContain('a\\x1b[2J.md');
  });
});
