import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealOut, poolShape } from './inference-pool.ts';

describe('poolShape', () => {
  it('gives a small model one worker a core, and a large one fewer workers that share the cores', () => {
    expect(poolShape(8, 23_000_000)).toEqual({ workers: 8, threadsPerWorker: 1, hasSpare: true });
    expect(poolShape(8, 560_000_000)).toEqual({ workers: 1, threadsPerWorker: 8, hasSpare: false });
    expect(poolShape(8, 280_000_000)).toEqual({ workers: 3, threadsPerWorker: 2, hasSpare: false });
    expect(poolShape(1, 5_000_000_000)).toEqual({ workers: 1, threadsPerWorker: 1, hasSpare: false });
  });

  it('opens a model once where it does not run on the CPU', () => {
    expect(poolShape(8, 23_000_000, false)).toEqual({ workers: 1, threadsPerWorker: 8, hasSpare: false });
  });
});

describe('dealOut', () => {
  it('gives every text to one worker, and no worker more than the longest text above another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (lengths, workers) => {
          const texts = lengths.map((length) => 'x'.repeat(length));
          const parts = dealOut(texts, new Array<number>(workers).fill(0));
          expect(parts.flat().sort((a, b) => a - b)).toEqual(texts.map((_, index) => index));
          const loads = parts.map((part) => part.reduce((sum, index) => sum + (lengths[index] ?? 0), 0));
          expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(Math.max(0, ...lengths));
        },
      ),
    );
  });

  it('keeps clear of a worker that is busy', () => {
    expect(dealOut(['query'], [10_000, 0])).toEqual([[], [0]]);
  });
});
