import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeUnitOrder } from './code-unit-order.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '文', '\ud7ff', '\ue000', '\uffee', '🙂', '𠮷') }),
);

describe('codeUnitOrder', () => {
  test('orders by UTF-8 bytes as the texts order by code units', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const bytes = Buffer.compare(Buffer.from(codeUnitOrder(a)), Buffer.from(codeUnitOrder(b)));
        expect(bytes).toBe(a < b ? -1 : a === b ? 0 : 1);
      }),
    );
  });

  test('leaves most texts as they are', () => {
    expect(codeUnitOrder('folder/file name 文件.md')).toBe('folder/file name 文件.md');
  });
});
