import { describe, expect, test, vi } from 'vitest';
import { memoByKey } from './memo-by-key.ts';

describe('memoByKey', () => {
  test('asks once for each key, also where several ask at once', async () => {
    const find = vi.fn(async (key: string) => key.length);
    const memo = memoByKey(find);
    expect(await Promise.all([memo('a'), memo('a'), memo('bb')])).toEqual([1, 1, 2]);
    expect(await memo('a')).toBe(1);
    expect(find).toHaveBeenCalledTimes(2);
  });

  test('tries again what failed', async () => {
    const find = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue(7);
    const memo = memoByKey(find);
    await expect(memo('a')).rejects.toThrow('away');
    expect(await memo('a')).toBe(7);
  });

  test('forgets the oldest beyond its bound', async () => {
    const find = vi.fn(async (key: string) => key);
    const memo = memoByKey(find, 2);
    for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await memo(key);
    expect(find.mock.calls.flat()).toEqual(['a', 'b', 'c', 'a']);
  });
});
