import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKept } from './kept.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function kept() {
  const closed: string[] = [];
  let made = 0;
  const values = createKept(
    async (name: string) => {
      if (name === 'broken') throw new Error('broken');
      made += 1;
      return `${name}-${made}`;
    },
    {
      max: 2,
      useMs: 1_000,
      close: async (value) => {
        closed.push(value);
      },
    },
  );
  return { values, closed };
}

describe('createKept', () => {
  test('makes each once, and closes what was not asked for longest once nobody works with it', async () => {
    const { values, closed } = kept();
    for (const name of ['a', 'b', 'a', 'c']) await values.get(name);
    await vi.advanceTimersByTimeAsync(999);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(closed).toEqual(['b-2']);
    expect(await values.get('a')).toBe('a-1');
    expect(await values.get('b')).toBe('b-4');
  });

  test('what is asked for again is not closed, but what then is the oldest', async () => {
    const { values, closed } = kept();
    for (const name of ['a', 'b', 'c', 'a']) await values.get(name);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(closed).toEqual(['b-2']);
    expect(await values.loaded()).toEqual(['c-3', 'a-1']);
  });

  test('forgets failures', async () => {
    const { values } = kept();
    await expect(values.get('broken')).rejects.toThrow('broken');
    await expect(values.get('broken')).rejects.toThrow('broken');
    expect(await values.loaded()).toEqual([]);
  });
});
