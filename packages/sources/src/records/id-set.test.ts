import { describe, expect, it } from 'vitest';
import { IdSet } from './id-set.ts';

describe('IdSet', () => {
  it('knows an id again, and no other, past several times of growing', () => {
    const set = new IdSet();
    const ids = Array.from({ length: 20_000 }, (_, at) => `文档-${at}`);
    expect(ids.filter((id) => !set.add(id))).toEqual([]);
    expect(ids.filter((id) => set.add(id))).toEqual([]);
    expect(set.add('another')).toBe(true);
  });
});
