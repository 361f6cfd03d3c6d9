import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRowSlots } from './row-slots.ts';

test('say what a map would say, after any changes', () => {
  // Close together and far apart: row ids only ever grow.
  const row = fc.oneof(
    fc.nat(600),
    fc.constantFrom(255, 256, 257, 2 ** 31, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER),
  );
  const change = fc.record({ row, slot: fc.option(fc.nat(2 ** 31 - 2)) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), fc.array(row), (changes, asked) => {
      const slots = createRowSlots();
      const model = new Map<number, number>();
      for (const { row, slot } of changes) {
        if (slot === null) {
          slots.delete(row);
          model.delete(row);
        } else {
          slots.set(row, slot);
          model.set(row, slot);
        }
        expect(slots.size).toBe(model.size);
      }
      for (const row of [...asked, ...model.keys()]) expect(slots.get(row)).toBe(model.get(row) ?? null);
    }),
  );
});
