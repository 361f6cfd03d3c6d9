import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shown } from './shown.ts';

describe('shown', () => {
  test.each([
    ['a b', '"a b"'],
    ['a\n"b"', '"a\\n\\"b\\""'],
    ['\u001b[2J\u202e', '"\\u001b[2J\\u202e"'],
    ['https://me:secret@host/a', '"https://…@host/a"'],
    ['x'.repeat(60), `"${'x'.repeat(60)}"`],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
    ['😀'.repeat(61), `"${'😀'.repeat(60)}…"`],
    [5, '5'],
    [null, 'null'],
    [true, 'true'],
    [[1, 2], 'a list of 2'],
    [{ a: 1 }, 'an object'],
  ])('%j is shown as %s', (value, expected) => {
    expect(shown(value)).toBe(expected);
  });

  test('is one short line, whatever is given', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const line = shown(value);
        expect(line.length).toBeLessThan(500);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there.
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});
