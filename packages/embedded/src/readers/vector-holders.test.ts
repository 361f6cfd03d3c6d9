import { beforeEach, describe, expect, test } from 'vitest';
import { createVectorHolders, type VectorHolders } from './vector-holders.ts';

interface Thread {
  readonly name: string;
  busy: number;
}

const [one, two]: readonly [Thread, Thread] = [
  { name: 'one', busy: 0 },
  { name: 'two', busy: 0 },
];
let holders: VectorHolders<Thread>;

beforeEach(() => {
  for (const thread of [one, two]) thread.busy = 0;
  holders = createVectorHolders(100);
});

const search = (thread: Thread, name: string, generationId: number, bytes: number) => {
  holders.take(thread, name);
  return holders.learn(thread, name, { generationId, bytes });
};

describe('holders of vectors', () => {
  test('one reads a generation that nobody knows the size of, and then as many as there is room for', () => {
    expect(holders.hasRoom('a')).toBe(true);
    holders.take(one, 'a');
    expect(holders.hasRoom('a')).toBe(false);
    expect([holders.holds(one, 'a'), holders.holds(two, 'a')]).toEqual([true, false]);
    holders.learn(one, 'a', { generationId: 1, bytes: 25 });
    expect(holders.hasRoom('a')).toBe(true);
    search(two, 'a', 1, 25);
    expect(holders.hasRoom('a')).toBe(false);
  });

  test('the first that has answered lends to who has none', () => {
    holders.take(one, 'a');
    expect(holders.lenderTo(two, 'a')).toBeNull();
    holders.learn(one, 'a', { generationId: 1, bytes: 25 });
    expect(holders.lenderTo(two, 'a')).toBe(one);
    holders.take(two, 'a');
    expect([holders.lenderTo(two, 'a'), holders.lenderTo(one, 'a'), holders.lenderTo(two, 'b')]).toEqual([
      null,
      null,
      null,
    ]);
    holders.lose(one);
    holders.lose(two);
    expect(holders.lenderTo(one, 'a')).toBeNull();
  });

  test('of a large generation one thread keeps the vectors, and another takes its place', () => {
    search(one, 'a', 1, 400);
    expect(holders.hasRoom('a')).toBe(false);
    holders.lose(one);
    expect(holders.hasRoom('a')).toBe(true);
  });

  test('of a generation that has grown, copies leave memory', () => {
    search(one, 'a', 1, 20);
    search(two, 'a', 1, 20);
    expect(search(two, 'a', 1, 30)).toEqual([{ thread: one, generationId: 1 }]);
    expect([holders.holds(one, 'a'), holders.holds(two, 'a')]).toEqual([false, true]);
  });

  test('what was not searched for longest leaves memory, of threads with nothing to do', () => {
    search(one, 'a', 1, 40);
    search(two, 'b', 2, 40);
    one.busy = 1;
    expect(search(two, 'c', 3, 50)).toEqual([{ thread: two, generationId: 2 }]);
    one.busy = 0;
    search(one, 'a', 1, 40);
    expect(search(one, 'b', 2, 40)).toEqual([{ thread: two, generationId: 3 }]);
    expect(search(one, 'b', 2, 70)).toEqual([{ thread: one, generationId: 1 }]);
  });

  test('what is in use stays, however large it is', () => {
    one.busy = 1;
    search(one, 'a', 1, 400);
    expect(search(two, 'b', 2, 10)).toEqual([]);
  });

  test('a generation that is dropped is forgotten', () => {
    search(one, 'a', 1, 40);
    holders.drop(1);
    expect(holders.holds(one, 'a')).toBe(false);
    expect(search(two, 'b', 2, 90)).toEqual([]);
  });
});
