import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PendingOperation, packOperations } from './operation-packer.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 });
const operationsOf = (bytes: readonly number[]) =>
  bytes.map((size) => ({ action: 'index' as const, lines: 'x'.repeat(size) }));
const bytesOf = (portion: readonly PendingOperation[]) =>
  portion.reduce((sum, { operation }) => sum + operation.lines.length, 0);

describe('packOperations', () => {
  test('hands out every operation once, in order, within both limits unless one alone is larger', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 7 }),
        (bytes, limit, operations) => {
          const packer = packOperations(operationsOf(bytes));
          const orders: number[] = [];
          for (let portion = packer.take({ bytes: limit, operations }); portion.length > 0; ) {
            expect(portion.length).toBeLessThanOrEqual(operations);
            if (portion.length > 1) expect(bytesOf(portion)).toBeLessThanOrEqual(limit);
            orders.push(...portion.map(({ order }) => order));
            portion = packer.take({ bytes: limit, operations });
          }
          expect(orders).toEqual(bytes.map((_, order) => order));
        },
      ),
    );
  });

  test('none is lost or doubled where some are put back', () => {
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.boolean()), (bytes, coin) => {
        const packer = packOperations(operationsOf(bytes));
        const done: number[] = [];
        for (let round = 0; round < 2_000; round += 1) {
          const portion = packer.take({ bytes: 60, operations: 5 });
          if (portion.length === 0) break;
          const again = portion.filter(() => coin.next().value === true);
          done.push(...portion.filter((pending) => !again.includes(pending)).map(({ order }) => order));
          packer.putBack(again);
        }
        expect(done.toSorted((a, b) => a - b)).toEqual(bytes.map((_, order) => order));
      }),
    );
  });

  test('counts bytes, not characters', () => {
    const packer = packOperations([
      { action: 'index', lines: '文文' },
      { action: 'index', lines: '文文' },
    ]);
    expect(packer.take({ bytes: 11, operations: 9 })).toHaveLength(1);
  });

  test('takes no more from the source than a portion needs', () => {
    let made = 0;
    const source = (function* () {
      while (true) {
        made += 1;
        yield { action: 'delete' as const, lines: 'x'.repeat(10) };
      }
    })();
    packOperations(source).take({ bytes: 100, operations: 1_000 });
    expect(made).toBe(11);
  });
});
