import { describe, expect, it } from 'vitest';
import { createRecent } from './recent.ts';

const bytes = (count: number) => new Uint8Array(count);

describe('createRecent', () => {
  it('holds no more than its bound, and drops what was not asked for', () => {
    const recent = createRecent<string, Uint8Array>(10, ({ byteLength }) => byteLength);
    for (const key of ['a', 'b']) recent.set(key, bytes(4));
    recent.get('a');
    recent.set('c', bytes(4));
    expect(['a', 'b', 'c'].map((key) => recent.get(key) !== null)).toEqual([true, false, true]);
    recent.set('d', bytes(20));
    expect(recent.get('d')).toBeNull();
  });

  it('keeps what is asked for again and again, whatever comes', () => {
    const recent = createRecent<string, number>(4);
    for (let at = 0; at < 100; at += 1) {
      recent.set('a', recent.get('a') ?? 0);
      recent.get('a');
      recent.set(`${at}`, at);
      expect(recent.get('a')).toBe(0);
    }
    expect(recent.get('1')).toBeNull();
  });

  it('has room for what is new, though all others are asked for', () => {
    const recent = createRecent<string, number>(3);
    for (const [at, key] of ['a', 'b', 'c', 'd'].entries()) {
      recent.set(key, at);
      expect(recent.get(key)).toBe(at);
    }
  });

  it('counts what is set again once', () => {
    const recent = createRecent<string, Uint8Array>(10, ({ byteLength }) => byteLength);
    for (let times = 0; times < 9; times += 1) recent.set('a', bytes(4));
    recent.set('b', bytes(4));
    expect(recent.get('a')).not.toBeNull();
  });

  it('counts values where nobody weighs them', () => {
    const recent = createRecent<string, string>(2);
    for (const key of ['a', 'b', 'c']) recent.set(key, key);
    expect(['a', 'b', 'c'].map(recent.get)).toEqual([null, 'b', 'c']);
  });
});
