import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from './split-lines.ts';

describe('splitLines', () => {
  it('gives every line with its place, but for blank ones that are to be skipped, however the bytes are cut into chunks', async () => {
    const line = fc.array(fc.constantFrom(0x61, 0x0d, 0xe4, 0x22), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 4 })), async (lines, cuts) => {
        const bytes = Buffer.from(lines.flatMap((one, at) => (at === 0 ? one : [0x0a, ...one])));
        const found = await collect(splitLines(chunksOf(bytes, cuts), 100, undefined, 'skipped'));
        const all = bytes.toString('latin1').split('\n');
        if (all.at(-1) === '') all.pop();
        const isLastEnded = bytes.at(-1) === 0x0a;
        const expected = all.filter(
          (text, at) => text.trim() !== '' || (at === all.length - 1 && !isLastEnded),
        );
        expect(found.map(({ bytes: text }) => text && Buffer.from(text).toString('latin1'))).toEqual(
          expected.map((text) => text.replace(/\r$/, '')),
        );
        for (const [at, { offset, length, bytes: text, behind, isEnded }] of found.entries()) {
          expect([...bytes.subarray(offset, offset + length)]).toEqual([...(text ?? [])]);
          expect(isEnded).toBe(at < found.length - 1 || isLastEnded);
          const rest = await collect(
            splitLines(chunksOf(bytes.subarray(behind.offset), cuts), 100, behind, 'skipped'),
          );
          expect(rest).toEqual(found.slice(at + 1));
        }
      }),
    );
  });

  it('skips a line that is too long, and goes on with the next at its right place', async () => {
    const bytes = Buffer.from(`a\n${'x'.repeat(50)}\nb`);
    const found = await collect(splitLines(chunksOf(bytes, [7]), 10));
    expect(
      found.map(({ offset, length, line, bytes: text }) => [offset, length, line, text === null]),
    ).toEqual([
      [0, 1, 1, false],
      [2, 50, 2, true],
      [53, 1, 3, false],
    ]);
  });
});

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (let at = 0; from < bytes.length; at += 1) {
    const size = cuts[at % Math.max(1, cuts.length)] ?? bytes.length;
    yield bytes.subarray(from, from + size);
    from += size;
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
