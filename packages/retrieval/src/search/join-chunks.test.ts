import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinChunks } from './join-chunks.ts';

const slice = (text: string, start: number, end: number) => ({ text: text.slice(start, end), start, end });

describe('joinChunks', () => {
  const text = '第一句。Second sentence. 第三句。';

  it('says once what two chunks share', () => {
    expect(joinChunks([slice(text, 4, 21), slice(text, 0, 9)])).toEqual({
      text: text.slice(0, 21),
      start: 0,
      end: 21,
    });
  });

  it('parts chunks that do not touch by a line break', () => {
    expect(joinChunks([slice(text, 0, 4), slice(text, 21, 25)]).text).toBe('第一句。\n第三句。');
  });

  it('gives back the document wherever the chunks cover it', () => {
    const covers = fc
      .string({ minLength: 1, maxLength: 60 })
      .chain((document) =>
        fc.tuple(
          fc.constant(document),
          fc.array(fc.tuple(fc.nat(document.length), fc.nat(document.length)), { maxLength: 8 }),
        ),
      );
    fc.assert(
      fc.property(covers, ([document, cuts]) => {
        const middle = document.length >> 1;
        const extra = cuts.map(([one, other]) => slice(document, Math.min(one, other), Math.max(one, other)));
        const joined = joinChunks([
          slice(document, 0, middle),
          slice(document, middle, document.length),
          ...extra,
        ]);
        expect(joined).toEqual({ text: document, start: 0, end: document.length });
      }),
    );
  });
});
