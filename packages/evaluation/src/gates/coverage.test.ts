import { sha256 } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOf, notLive, versionOf } from '../test-entries.ts';
import { type CoverageRow, coverageGate, createCoverageTally } from './coverage.ts';
import { sizeGate } from './size.ts';

const whole = (id: string): CoverageRow => ({
  next: entryOf(id),
  live: entryOf(id),
  versions: [versionOf(id)],
});
const coverageOf = (rows: readonly CoverageRow[]) => {
  const tally = createCoverageTally();
  for (const row of rows) tally.add(row);
  return tally.result();
};
const failure = { code: 'unparsable', message: 'a PDF without text', page: null } as never;

const damages: readonly (readonly [string, CoverageRow, string])[] = [
  ['a document without chunks', { ...whole('x'), versions: [] }, 'holds 0 of its chunks'],
  [
    'a document with half of its chunks',
    { ...whole('x'), versions: [versionOf('x', { chunks: 1 })] },
    'holds 1',
  ],
  ['one too many', { ...whole('x'), versions: [versionOf('x', { chunks: 3 })] }, 'holds 3'],
  ['chunks of another writing', { ...whole('x'), versions: [versionOf('x', { version: '0.x' })] }, 'holds 0'],
  ['a document that it does not know', { next: null, live: entryOf('x'), versions: [] }, 'not known to it'],
  [
    'a document that it has deleted',
    { next: entryOf('x', { ...notLive, state: 'deleted' }), live: entryOf('x'), versions: [] },
    'deleted in it',
  ],
  [
    'a document that is not indexed yet',
    { next: entryOf('x', { ...notLive, state: 'pending' }), live: null, versions: [] },
    '1 document still to be indexed',
  ],
];

describe('coverageGate', () => {
  it('passes where the index holds what the manifest counts, and readers lose nothing', () => {
    const gate = coverageGate(coverageOf([whole('a'), whole('b')]));
    expect(gate).toMatchObject({ passed: true, value: 1, floor: 1 });
    expect(gate.detail).toContain('2 documents searchable, 4 chunks');
  });

  it.each(damages)('fails for %s, and names it', (_name, row, detail) => {
    const gate = coverageGate(coverageOf([whole('a'), row]));
    expect(gate.passed).toBe(false);
    expect(gate.detail).toContain(detail);
  });

  it('fails for a sampled document that does not come back', () => {
    const tally = createCoverageTally();
    tally.add(whole('a'));
    tally.lookedUp(entryOf('a').documentId, '1 chunks instead of 2');
    expect(coverageGate(tally.result())).toMatchObject({ passed: false });
  });

  it('names what failed with its reason, and leaves it to the size gate', () => {
    const failed = entryOf('x', { ...notLive, state: 'failed', reason: failure });
    const coverage = coverageOf([whole('a'), { next: failed, live: entryOf('x'), versions: [] }]);
    expect(coverage.failed).toMatchObject({ count: 1, samples: [{ documentId: 'x' }] });
    expect(coverageGate(coverage)).toMatchObject({ passed: true });
    expect(coverageGate(coverage).detail).toContain('unparsable: a PDF without text');
    expect(sizeGate(coverage, 1)).toMatchObject({ passed: true, value: 0.5 });
    expect(sizeGate(coverage, 0)).toMatchObject({ passed: false, value: 0.5, floor: 1 });
  });

  it('leaves what was looked for and is gone to the size gate, which lets no more than half go', () => {
    const gone = (id: string): CoverageRow => ({
      next: null,
      live: entryOf(id),
      versions: [],
      isLookedFor: true,
    });
    const coverage = coverageOf([whole('a'), gone('x')]);
    expect(coverageGate(coverage)).toMatchObject({
      passed: true,
      detail: expect.stringContaining('x: not at its source'),
    });
    expect(sizeGate(coverage, 10)).toMatchObject({ passed: true, value: 0.5, floor: 0.5 });
    expect(sizeGate(coverageOf([whole('a'), gone('x'), gone('y')]), 10)).toMatchObject({ passed: false });
    expect(coverageGate(coverageOf([whole('a'), { ...gone('x'), isLookedFor: false }])).passed).toBe(false);
  });

  it('passes no generation in which all has failed, however few documents there are', () => {
    const failed = entryOf('x', { ...notLive, state: 'failed', reason: failure });
    expect(sizeGate(coverageOf([{ next: failed, live: entryOf('x'), versions: [] }]), 10).passed).toBe(false);
  });

  it('does not mind an older version where readers find no newer one today, and fails where they do', () => {
    const stale = entryOf('x', { state: 'failed', revision: 2, reason: failure });
    const row = { next: stale, live: entryOf('x'), versions: [versionOf('x')] };
    const before = { ...row, live: entryOf('x', { contentHash: sha256('before') }) };
    expect(coverageGate(coverageOf([before]))).toMatchObject({ passed: true, value: 1 });
    expect(coverageOf([before]).failed.count).toBe(0);
    const gate = coverageGate(coverageOf([row]));
    expect(gate).toMatchObject({
      passed: false,
      detail: expect.stringContaining('found at an older version'),
    });
  });

  it('names documents with chunks that cannot be found as they should', () => {
    const damaged = { ...whole('x'), versions: [versionOf('x', { broken: 1 })] };
    const { broken } = coverageOf([whole('a'), damaged]);
    expect(broken).toEqual({ count: 1, samples: [{ documentId: 'x', detail: '1 of 2 chunks' }] });
  });

  it('passes for an empty corpus', () => {
    expect(coverageGate(coverageOf([]))).toMatchObject({ passed: true, value: 1 });
    expect(sizeGate(coverageOf([]), 10)).toMatchObject({ passed: true, value: 1 });
  });

  it('fails for any damage among any number of sound documents, with a value below 1 or a word for it', () => {
    const any = fc.tuple(fc.nat(30), fc.constantFrom(...damages.map(([, row]) => row)));
    fc.assert(
      fc.property(any, ([sound, damaged]) => {
        const rows = Array.from({ length: sound }, (_, at) => whole(`s${at}`));
        expect(coverageGate(coverageOf(rows)).passed).toBe(true);
        expect(coverageGate(coverageOf([...rows, damaged])).passed).toBe(false);
      }),
    );
  });
});

describe('sizeGate', () => {
  it('lets as many documents go as the limit says, no more, and no more than half', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(20), (kept, lost, limit) => {
        const rows: CoverageRow[] = [
          ...Array.from({ length: kept }, (_, at) => whole(`k${at}`)),
          ...Array.from({ length: lost }, (_, at) => ({ next: null, live: entryOf(`l${at}`), versions: [] })),
        ];
        const gate = sizeGate(coverageOf(rows), limit);
        const may = lost <= limit && lost <= (kept + lost) / 2;
        expect(gate.passed).toBe(may);
        expect((gate.value ?? 0) >= (gate.floor ?? 0)).toBe(may);
      }),
    );
  });

  it('does not let new documents stand in for lost ones', () => {
    const fresh = Array.from({ length: 9 }, (_, at) => ({ ...whole(`n${at}`), live: null }));
    const lost = Array.from({ length: 3 }, (_, at) => ({
      next: null,
      live: entryOf(`l${at}`),
      versions: [],
    }));
    expect(sizeGate(coverageOf([...fresh, ...lost]), 2)).toMatchObject({ passed: false, value: 0 });
  });
});
