import { describe, expect, test } from 'vitest';
import { namedSource } from './corpus.ts';

describe('namedSource', () => {
  test.each([
    ['wiki=./wiki', { name: 'wiki', path: './wiki' }],
    ['blog=/srv/a=b.jsonl', { name: 'blog', path: '/srv/a=b.jsonl' }],
    ['./a=b', { path: './a=b' }],
    ['/srv/wiki', { path: '/srv/wiki' }],
    ['wiki=', { path: 'wiki=' }],
    ['Big=./x', { path: 'Big=./x' }],
  ])('%s', (given, source) => expect(namedSource(given)).toEqual(source));
});
