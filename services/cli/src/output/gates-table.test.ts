import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gatesTable, wrap } from './gates-table.ts';

describe('gatesTable', () => {
  test('tells what passed, what failed and what was not measured', () => {
    const table = gatesTable([
      { name: 'coverage', passed: true, value: 1, floor: 1, detail: '9 documents' },
      { name: 'agreement', passed: true, value: null, floor: null, detail: 'not measured' },
      { name: 'quality dense ndcg@10', passed: false, value: -0.031, floor: -0.02, detail: 'fell' },
    ]);
    expect(table).toMatch(/coverage .* passed .* 1\.0000 .* 1\.0000/);
    expect(table).toMatch(/agreement .* – .* – .* –/);
    expect(table).toMatch(/quality dense ndcg@10 .* FAILED .* −0\.0310 .* −0\.0200/);
  });
});

describe('wrap', () => {
  test('keeps every word in order, and no line longer than the width or one word', () => {
    const words = fc.array(fc.stringMatching(/^\S{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 40 }), (list, width) => {
        const lines = wrap(list.join(' '), width).split('\n');
        expect(lines.join(' ')).toBe(list.join(' '));
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
      }),
    );
  });
});
