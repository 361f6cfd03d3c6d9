import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packCalls } from './pack-calls.ts';

const texts = fc.array(fc.record({ id: fc.uuid(), tokenCount: fc.integer({ min: 1, max: 900 }) }));
const limits = fc.record({
  maxTextsPerCall: fc.integer({ min: 1, max: 20 }),
  maxTokensPerCall: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.constant(Number.POSITIVE_INFINITY)),
});

describe('packCalls', () => {
  it('puts every text into one call, within both limits unless it is alone', () => {
    fc.assert(
      fc.property(texts, limits, (given, limit) => {
        const calls = packCalls(given, limit);
        expect(calls.flat().toSorted(byId)).toEqual(given.toSorted(byId));
        for (const call of calls) {
          expect(call.length).toBeGreaterThan(0);
          expect(call.length).toBeLessThanOrEqual(limit.maxTextsPerCall);
          const tokens = call.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
          expect(call.length === 1 || tokens <= limit.maxTokensPerCall).toBe(true);
        }
      }),
    );
  });

  it('keeps texts of about the same length together', () => {
    const given = [9, 1, 8, 2].map((tokenCount) => ({ tokenCount }));
    const calls = packCalls(given, { maxTextsPerCall: 2, maxTokensPerCall: 100 });
    expect(calls.map((call) => call.map(({ tokenCount }) => tokenCount))).toEqual([
      [9, 8],
      [2, 1],
    ]);
  });
});

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id.localeCompare(other.id);
}
