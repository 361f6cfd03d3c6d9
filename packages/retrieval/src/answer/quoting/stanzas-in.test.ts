import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stanzasIn } from './stanzas-in.ts';

const shown = (code: string) => stanzasIn(code).map(({ start, end }) => code.slice(start, end));

describe('stanzasIn', () => {
  it('cuts between blank lines, where nothing is open', () => {
    expect(shown('const a = f({\n  b,\n\n  c,\n})\n\n\nrun(a)\n')).toEqual([
      'const a = f({\n  b,\n\n  c,\n})',
      'run(a)',
    ]);
  });

  it('does not cut within brackets, though it be at the margin', () => {
    expect(shown('const text = join([\n\none,\n])')).toHaveLength(1);
  });

  it('cuts before what stands at the left margin alone', () => {
    expect(shown('  def f():\n    one()\n\n    two()\n\n  f()')).toEqual([
      '  def f():\n    one()\n\n    two()',
      '  f()',
    ]);
  });

  it('leaves a comment with what it speaks of', () => {
    expect(shown('// Two of them:\n\nrun(1)\nrun(2)\n\n# Then\nstop')).toEqual([
      '// Two of them:\n\nrun(1)\nrun(2)',
      '# Then\nstop',
    ]);
    expect(stanzasIn('run()\n\n// Stops.\nstop()').map(({ isLed }) => isLed)).toEqual([false, true]);
  });

  it('counts no bracket of a text or comment, and none that was opened before', () => {
    expect(shown('})\n\nsay("(") // {\n\nrun()')).toHaveLength(3);
  });

  it('has all that is written, in order', () => {
    const line = fc.constantFrom('a()', '  b', '', '})', 'f({', '// c', '# d', 'say("(")', '\t', '  ');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const code = lines.join('\n');
        const stanzas = stanzasIn(code);
        const between = [0, ...stanzas.map(({ end }) => end)].map((from, index) =>
          code.slice(from, stanzas[index]?.start),
        );
        expect(between.join('').trim()).toBe('');
        for (const { start, end } of stanzas) expect(code.slice(start, end).trim()).not.toBe('');
      }),
    );
  });
});
