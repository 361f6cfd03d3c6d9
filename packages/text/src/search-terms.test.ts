import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxTermLength, searchTerms } from './search-terms.ts';

describe('searchTerms', () => {
  it('cuts a run of Han into characters and pairs of neighbours', () => {
    expect(searchTerms('搜索引擎')).toEqual(['搜', '搜索', '索', '索引', '引', '引擎', '擎']);
  });

  it('finds Chinese and English side by side without white space', () => {
    expect(searchTerms('使用Elasticsearch搜索')).toEqual([
      '使',
      '使用',
      '用',
      'elasticsearch',
      '搜',
      '搜索',
      '索',
    ]);
  });

  it('cuts kana, Hangul and Thai into pairs, and keeps a single character', () => {
    expect(searchTerms('タワー')).toEqual(['タワ', 'ワー']);
    expect(searchTerms('서울에서')).toEqual(['서울', '울에', '에서']);
    expect(searchTerms('ไทย')).toEqual(['ไท', 'ทย']);
    expect(searchTerms('は')).toEqual(['は']);
  });

  it('drops English stop words and stems the rest', () => {
    expect(searchTerms('The relational databases are running in the clusters')).toEqual([
      'relat',
      'databas',
      'run',
      'cluster',
    ]);
  });

  it('keeps an identifier whole and in parts', () => {
    expect(searchTerms('PPR-9087')).toEqual(['ppr-9087', 'ppr', '9087']);
    expect(searchTerms('v1.2.3')).toEqual(['v1.2.3', 'v1', '2', '3']);
    expect(searchTerms('foo_bar')).toEqual(['foo_bar', 'foo', 'bar']);
    expect(searchTerms('node.js')).toEqual(['node.js', 'node', 'js']);
    expect(searchTerms('getUserName')).toEqual(['getusernam', 'get', 'user', 'name']);
    expect(searchTerms('C++ and C#')).toEqual(['c++', 'c', 'c#', 'c']);
  });

  it('takes a hyphenated phrase for its words', () => {
    expect(searchTerms('state-of-the-art')).toEqual(['state', 'art']);
  });

  it('takes a name in camel case for the same word in lower case', () => {
    expect(searchTerms('getUserName')).toContain(searchTerms('getusername')[0]);
  });

  it('finds full-width, ligature and soft-hyphenated spellings under the plain one', () => {
    expect(searchTerms('ＡＰＩ')).toEqual(searchTerms('api'));
    expect(searchTerms('ﬁle')).toEqual(searchTerms('file'));
    expect(searchTerms('data\u00ADbase')).toEqual(searchTerms('database'));
  });

  it('drops what an apostrophe adds to a word', () => {
    expect(searchTerms('Alzheimer’s')).toEqual(searchTerms('Alzheimer'));
  });

  it('keeps a stop word in capitals, since it is a name', () => {
    expect(searchTerms('the IT department')).toEqual(['it', 'depart']);
  });

  it('keeps all words of a text that has nothing but stop words', () => {
    expect(searchTerms('to be or not to be')).toEqual(['to', 'be', 'or', 'not', 'to', 'be']);
  });

  it('finds nothing in white space, punctuation and emoji', () => {
    expect(searchTerms(' \n\t。，!? 😀')).toEqual([]);
  });

  it('returns terms without white space that are neither empty nor too long, and that stay themselves in a query', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const term of searchTerms(text)) {
          expect(term).not.toMatch(/\s/);
          expect(term.length).toBeGreaterThan(0);
          expect(term.length).toBeLessThanOrEqual(maxTermLength);
        }
      }),
    );
  });

  it('gives two texts side by side the terms of each', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('搜索引擎', 'running', 'PPR-9087', 'foo_bar', '東京タワー', '。')),
        (parts) => {
          expect(searchTerms(parts.join(' '))).toEqual(parts.flatMap((part) => searchTerms(part)));
        },
      ),
    );
  });

  it('does not cut a pair of Han characters apart in a very long run', () => {
    expect(searchTerms('中文'.repeat(50_000))).toHaveLength(199_999);
  });

  it('cuts a long word between characters, never within one', () => {
    expect(searchTerms(`a${'𐐀'.repeat(40)}`).every((term) => term.isWellFormed())).toBe(true);
  });

  it.each([
    ['one word', 'a'.repeat(1e6)],
    ['one chain of parts', 'a-'.repeat(5e5)],
    ['one run of combining marks', `a${'\u0301'.repeat(1e6)}`],
    ['apostrophes', "a's".repeat(3e5)],
    ['underscores', '_'.repeat(1e6)],
    ['lone surrogates', '\ud800'.repeat(1e6)],
  ])('survives a megabyte of %s', (_, text) => {
    expect(searchTerms(text).every((term) => term.length <= maxTermLength)).toBe(true);
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'B',
      '1',
      '-',
      '_',
      '.',
      '中',
      '文',
      'か',
      '한',
      ' ',
      '\n',
      '😀',
      '\ud83d',
      '’',
      '+',
    ),
  }),
);
