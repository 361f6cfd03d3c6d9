import { describe, expect, it } from 'vitest';
import { createPieceQueue } from './piece-queue.ts';

describe('createPieceQueue', () => {
  it('hands on every piece in order, those that came before the reader and those after, then ends', async () => {
    const { push, end, read } = createPieceQueue();
    push('a');
    push('b');
    const reading = Array.fromAsync(read());
    await new Promise((resolve) => setImmediate(resolve));
    push('c');
    end();
    expect(await reading).toEqual(['a', 'b', 'c']);
  });

  it('fails at once, with the first reason', async () => {
    const { push, fail, read } = createPieceQueue();
    const reading = Array.fromAsync(read());
    push('a');
    fail(new Error('first'));
    fail(new Error('second'));
    await expect(reading).rejects.toThrow('first');
  });
});
