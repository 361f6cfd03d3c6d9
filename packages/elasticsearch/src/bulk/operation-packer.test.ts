import { AppError } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PendingOperation, packOperations } from './operation-packer.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 });
const operationsOf = (bytes: readonly number[]) =>
  bytes.map((size) => ({ action: 'index' as const, lines: 'x'.repeat(size) }));
const unpaused = async () => {};
const bytesOf = (portion: readonly PendingOperation[]) =>
  portion.reduce((sum, { operation }) => sum + operation.lines.length, 0);

describe('packOperations', () => {
  test('hands out every operation once, in order, within both limits unless one alone is larger', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 7 }),
        async (bytes, limit, operations) => {
          const packer = packOperations(operationsOf(bytes), unpaused);
          const orders: number[] = [];
          for (let portion = await packer.take({ bytes: limit, operations }); portion.length > 0; ) {
            expect(portion.length).toBeLessThanOrEqual(operations);
            if (portion.length > 1) expect(bytesOf(portion)).toBeLessThanOrEqual(limit);
            orders.push(...portion.map(({ order }) => order));
            portion = await packer.take({ bytes: limit, operations });
          }
          expect(orders).toEqual(bytes.map((_, order) => order));
        },
      ),
    );
  });

  test('none is lost or doubled where some are put back', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.infiniteStream(fc.boolean()), async (bytes, coin) => {
        const packer = packOperations(operationsOf(bytes), unpaused);
        const done: number[] = [];
        for (let round = 0; round < 2_000; round += 1) {
          const portion = await packer.take({ bytes: 60, operations: 5 });
          if (portion.length === 0) break;
          const again = portion.filter(() => coin.next().value === true);
          done.push(...portion.filter((pending) => !again.includes(pending)).map(({ order }) => order));
          packer.putBack(again);
        }
        expect(done.toSorted((a, b) => a - b)).toEqual(bytes.map((_, order) => order));
      }),
    );
  });

  test('counts bytes, not characters', async () => {
    const packer = packOperations(
      [
        { action: 'index', lines: '文文' },
        { action: 'index', lines: '文文' },
      ],
      unpaused,
    );
    expect(await packer.take({ bytes: 11, operations: 9 })).toHaveLength(1);
  });

  test('takes no more from the source than a portion needs', async () => {
    let made = 0;
    const source = (function* () {
      while (true) {
        made += 1;
        yield { action: 'delete' as const, lines: 'x'.repeat(10) };
      }
    })();
    await packOperations(source, unpaused).take({ bytes: 100, operations: 1_000 });
    expect(made).toBe(11);
  });

  test('pauses before each operation, and ends as the pause does', async () => {
    let pauses = 0;
    const counted = async () => {
      pauses += 1;
      if (pauses > 20) throw new AppError('canceled', 'nobody waits');
    };
    const packer = packOperations(operationsOf(Array.from({ length: 30 }, () => 1)), counted);
    expect(await packer.take({ bytes: 9, operations: 30 })).toHaveLength(9);
    expect(pauses).toBe(10);
    await expect(packer.take({ bytes: 30, operations: 30 })).rejects.toMatchObject({ code: 'canceled' });
  });
});
