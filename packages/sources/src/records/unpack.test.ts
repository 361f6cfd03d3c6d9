import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotWhole } from './not-whole.ts';
import { unpack } from './unpack.ts';

const text = Array.from({ length: 5_000 }, (_, at) => `${at * 7_919}`).join('\n');

describe('unpack', () => {
  it('gives what was packed, also in several members and before padding', async () => {
    expect(await unpacked(gzipSync(text), 1_000)).toEqual({ text, error: null });
    const members = Buffer.concat([gzipSync('one '), gzipSync('two'), Buffer.alloc(100)]);
    expect(await unpacked(members, 7)).toEqual({ text: 'one two', error: null });
  });

  it('gives all that can be had of a file that breaks off, every time the same', async () => {
    const packed = gzipSync(text);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: packed.length - 1 }),
        fc.integer({ min: 100, max: 10_000 }),
        async (length, size) => {
          const cut = await unpacked(packed.subarray(0, length), size);
          expect(cut.error?.message).toBe('the file ends in the middle of a record');
          expect(text.startsWith(cut.text)).toBe(true);
          expect((await unpacked(packed.subarray(0, length), packed.length)).text).toBe(cut.text);
        },
      ),
      { numRuns: 50 },
    );
    expect((await unpacked(packed.subarray(0, packed.length - 1), 1_000)).text).toBe(text);
  });

  it('stops where packed bytes become far more than they are, and takes what merely repeats itself', async () => {
    const bomb = await unpacked(gzipSync(Buffer.alloc(64 * 1024 * 1024, 10), { level: 9 }), 32 * 1024);
    expect(bomb.error?.message).toContain('far more than its size');
    expect(bomb.text.length).toBeLessThan(32 * 1024 * 1024);
    const logs = 'The same line of a log, but for a number: 17\n'.repeat(100_000);
    expect(await unpacked(gzipSync(logs), 32 * 1024)).toEqual({ text: logs, error: null });
  });

  it('says that the bytes are damaged, even where they can be unpacked', async () => {
    const packed = gzipSync(text);
    packed.fill(0xff, packed.length >> 1, (packed.length >> 1) + 50);
    expect((await unpacked(packed, 500)).error?.message).toContain('damaged');
    const stored = gzipSync(text, { level: 0 });
    stored.write('X', 1_000);
    const altered = await unpacked(stored, 500);
    expect(altered.error?.message).toContain('damaged');
    expect(altered.text).toContain('X');
  });

  it('passes on what went wrong with reading', async () => {
    const failing = async function* () {
      yield gzipSync(text).subarray(0, 500);
      throw new Error('drive on fire');
    };
    const read = async () => {
      for await (const chunk of unpack(failing())) expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toThrow('drive on fire');
  });
});

async function unpacked(bytes: Buffer, size: number): Promise<{ text: string; error: NotWhole | null }> {
  const parts: Uint8Array[] = [];
  let error: NotWhole | null = null;
  try {
    for await (const part of unpack(chunksOf(bytes, size))) parts.push(part);
  } catch (thrown) {
    if (!(thrown instanceof NotWhole)) throw thrown;
    error = thrown;
  }
  return { text: Buffer.concat(parts).toString(), error };
}

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
