import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Corpus, corpusDefaults } from './corpus.ts';
import { corpusChangesSchema, withChanges } from './corpus-changes.ts';

const corpus = { name: 'notes', ...corpusDefaults } as unknown as Corpus;
const part = fc.double({ min: 0, max: 1, noNaN: true });

describe('withChanges', () => {
  it('changes what is given, and nothing else', () => {
    const changed = withChanges(corpus, {
      verification: { agreementFloor: 0.5 },
      recording: { enabled: true, days: undefined },
    });
    expect(changed).toEqual({
      ...corpus,
      verification: { ...corpus.verification, agreementFloor: 0.5 },
      recording: { enabled: true, days: 30 },
    });
    expect(
      withChanges(changed, { verification: { agreementFloor: null } }).verification.agreementFloor,
    ).toBeNull();
    expect(withChanges(corpus, {})).toEqual(corpus);
  });

  it('comes to the same when it is done twice, whatever is changed', () => {
    const changes = fc.record(
      {
        deletionGuard: fc.record({ documents: fc.nat(), share: part }, { requiredKeys: [] }),
        verification: fc.record({ qualityMargin: part, vectorRecallFloor: part }, { requiredKeys: [] }),
        keepRetiredHours: fc.nat(1_000),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(changes, (change) => {
        const parsed = corpusChangesSchema.parse(change);
        const once = withChanges(corpus, parsed);
        expect(withChanges(once, parsed)).toEqual(once);
        expect(once).toMatchObject(change);
      }),
    );
  });
});

describe('corpusChangesSchema', () => {
  it.each([
    [{ verification: { qualityMargin: 2 } }],
    [{ verification: { agreementFloor: -0.1 } }],
    [{ recording: { days: 0 } }],
    [{ keepRetiredHours: -1 }],
    [{ liveGeneration: 2 }],
  ])('refuses %j', (changes) => {
    expect(corpusChangesSchema.safeParse(changes).success).toBe(false);
  });
});
