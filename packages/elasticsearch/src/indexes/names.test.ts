import {
  type CorpusId,
  type GenerationRef,
  parseCorpusName,
  physicalNameOf,
  placeOfVersion1,
  type RunId,
} from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { indexNames, planAlias, planAliases, writeAlias } from './names.ts';

const names = [
  'a',
  'a-g1',
  'corpora',
  'runs',
  'schedules',
  'golden',
  'queries',
  'quality',
  'ledger',
  'embeddings',
  'a-g1-manifest',
  'g1',
  'a_g1',
  'write',
  'plan',
];
const ids = ['000000000000', 'chunks', 'g1', 'manifest'] as CorpusId[];

function refsOf(name: string): GenerationRef[] {
  const corpus = parseCorpusName(name);
  return [1, 12].flatMap((generation) => [
    ...ids.map((id) => ({ corpus, generation, physicalName: physicalNameOf(corpus, id, generation) })),
    { corpus, generation, physicalName: placeOfVersion1(corpus, generation) },
  ]);
}

describe('indexNames', () => {
  test('no two corpora, generations or versions meet in one name, whatever they are called', () => {
    const all = ['p', 'p-a'].flatMap((prefix) => {
      const { chunks, manifest, ...others } = indexNames(prefix);
      const common = Object.values(others).filter((each) => typeof each === 'string');
      const refs = names.flatMap(refsOf);
      const indexes = [...common, ...refs.flatMap((ref) => [chunks(ref), manifest(ref)])];
      return [
        ...indexes,
        ...indexes.map(writeAlias),
        ...indexes.map((index) => planAlias(index, 'run' as RunId)),
      ];
    });
    expect(new Set(all).size).toBe(all.length);
    expect(Math.max(...all.map((name) => Buffer.byteLength(name)))).toBeLessThan(255);
  });

  test('indexes of version 1 are where they were', () => {
    const [, , , , ref] = refsOf('handbook');
    if (ref === undefined) throw new Error('no ref');
    expect(indexNames('winnow').chunks(ref)).toBe('winnow.handbook.g1.chunks');
    expect(indexNames('winnow').manifest(ref)).toBe('winnow.handbook.g1.manifest');
  });

  test.each(['', 'A', '_a', 'a.b', 'a*', 'a,b', 'x'.repeat(64)])('refuses the prefix %j', (prefix) => {
    expect(() => indexNames(prefix)).toThrow('must be 1–63');
  });
});

describe('planAlias', () => {
  test('any run id gives a name of its own that the server takes and the pattern matches', () => {
    const runs = [
      '20261128T084244-4205edd8',
      '20261128t084244-4205edd8',
      'run 1',
      'run*',
      'a,b',
      '运行',
      '-'.repeat(300),
    ];
    const aliases = runs.map((run) => planAlias('p.a.g1.manifest', run as RunId));
    expect(new Set(aliases).size).toBe(runs.length);
    const [start = ''] = planAliases('p.a.g1.manifest').split('*');
    for (const alias of aliases) {
      expect(alias.startsWith(start)).toBe(true);
      expect(alias).toMatch(/^[a-z0-9.]+$/);
    }
  });
});
