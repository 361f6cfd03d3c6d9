import type { BatchText, EmbeddingKey } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupBatches, type TextGroup } from './group-batches.ts';

async function* stream(texts: readonly BatchText[]): AsyncGenerator<BatchText> {
  yield* texts;
}

async function group(texts: readonly BatchText[], maxTexts: number, maxBytes: number): Promise<TextGroup[]> {
  const limits = { maxTextsPerBatch: maxTexts, maxBytesPerBatch: maxBytes };
  return await Array.fromAsync(groupBatches(stream(texts), limits));
}

const textOf = (text: string, index: number): BatchText => ({ key: `key-${index}` as EmbeddingKey, text });

describe('groupBatches', () => {
  it('puts every text into one batch, in order and within the limits', async () => {
    const size = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), size, size, async (given, texts, bytes) => {
        const all = given.map(textOf);
        const groups = await group(all, texts, bytes);
        expect(groups.flatMap((one) => one.texts)).toEqual(all);
        for (const { texts: members } of groups) {
          expect(members.length).toBeLessThanOrEqual(texts);
          const total = members.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
          expect(members.length === 1 || total <= bytes).toBe(true);
        }
      }),
    );
  });

  it('gives the same texts the same label, and others another', async () => {
    const all = ['a', 'b', 'c', 'd'].map(textOf);
    const [first, second] = await group(all, 2, 100);
    const again = await group(all.slice(0, 2), 5, 100);
    expect(again.map(({ label }) => label)).toEqual([first?.label]);
    expect(second?.label).not.toBe(first?.label);
    expect(first?.label.length).toBeLessThanOrEqual(64);
  });
});
