import type { CorpusId, PhysicalName } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlanDigest } from './plan-digest.ts';

const target = { corpusId: 'id1' as CorpusId, physicalName: 'handbook.id1.g1' as PhysicalName };

function digestOf(changes: readonly string[], of = target): string {
  const digest = createPlanDigest(of);
  for (const change of changes) digest.add(change);
  return digest.value();
}

describe('createPlanDigest', () => {
  it('is the same in any order', () => {
    const shuffled = fc.array(fc.string()).chain((changes) => {
      const all = { minLength: changes.length, maxLength: changes.length };
      return fc.tuple(fc.constant(changes), fc.shuffledSubarray(changes, all));
    });
    fc.assert(
      fc.property(shuffled, ([changes, others]) => {
        expect(digestOf(others)).toBe(digestOf(changes));
      }),
    );
  });

  it('is another one for one change more, less or twice, and for another corpus', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (changes, more) => {
        const digest = digestOf(changes);
        expect(digestOf([...changes, more])).not.toBe(digest);
        expect(digestOf([...changes, more, more])).not.toBe(digest);
        expect(digestOf(changes, { ...target, corpusId: 'id2' as CorpusId })).not.toBe(digest);
        expect(digestOf(changes, { ...target, physicalName: 'handbook.id1.g2' as PhysicalName })).not.toBe(
          digest,
        );
      }),
    );
  });
});
