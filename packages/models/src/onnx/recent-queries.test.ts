import { describe, expect, it } from 'vitest';
import { createRecentQueries } from './recent-queries.ts';

const tokensOf = (count: number) => ({ tokens: [], vectors: new Float32Array(count) });

describe('createRecentQueries', () => {
  it('holds no more bytes than its bound, and drops what was not asked for longest', () => {
    const queries = createRecentQueries(40);
    for (const query of ['a', 'b']) queries.set(query, tokensOf(4));
    queries.get('a');
    queries.set('c', tokensOf(4));
    expect(['a', 'b', 'c'].map((query) => queries.get(query) !== null)).toEqual([true, false, true]);
    queries.set('d', tokensOf(20));
    expect(queries.get('d')).toBeNull();
  });

  it('counts a query that is set again once', () => {
    const queries = createRecentQueries(40);
    for (let times = 0; times < 9; times += 1) queries.set('a', tokensOf(4));
    queries.set('b', tokensOf(4));
    expect(queries.get('a')).not.toBeNull();
  });
});
