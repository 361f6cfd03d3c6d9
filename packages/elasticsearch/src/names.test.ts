import { type CorpusName, type GenerationRef, parseCorpusName } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { indexNames } from './names.ts';

describe('indexNames', () => {
  test('no two corpora meet in one name, whatever they are called', () => {
    const corpora = [
      'a',
      'a-g1',
      'corpora',
      'runs',
      'ledger',
      'embeddings',
      'a-g1-manifest',
      'g1',
      'a_g1',
      'write',
      'chunks',
    ];
    const names = ['p', 'p-a'].flatMap((prefix) => {
      const { corpora: all, runs, ledger, embeddings, chunks, manifest } = indexNames(prefix);
      const refs = corpora.map(
        (corpus): GenerationRef => ({ corpus: parseCorpusName(corpus), generation: 1 }),
      );
      return [all, runs, ledger, embeddings, ...refs.flatMap((ref) => [chunks(ref), manifest(ref)])];
    });
    expect(new Set(names).size).toBe(names.length);
  });

  test('the pattern of a corpus matches no other', () => {
    const { generationsOf, chunks } = indexNames('p');
    const pattern = new RegExp(
      `^${generationsOf('a' as CorpusName)
        .replaceAll('.', '\\.')
        .replace('*', '.*')}$`,
    );
    expect(pattern.test(chunks({ corpus: 'a' as CorpusName, generation: 12 }))).toBe(true);
    expect(pattern.test(chunks({ corpus: 'a-g1' as CorpusName, generation: 1 }))).toBe(false);
  });

  test.each(['', 'A', '_a', 'a.b', 'a*', 'a,b', 'x'.repeat(64)])('refuses the prefix %j', (prefix) => {
    expect(() => indexNames(prefix)).toThrow('must be 1–63');
  });
});
