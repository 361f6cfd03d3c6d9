import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endsInLoop } from './judge-session.ts';

describe('endsInLoop', () => {
  it('sees any unit of up to 160 characters that goes on, wherever the text is cut', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 1, maxLength: 160 }),
        fc.nat(160),
        (start, unit, cut) => {
          const said = start + unit.repeat(Math.ceil(800 / unit.length));
          expect(endsInLoop(said.slice(0, said.length - cut))).toBe(true);
        },
      ),
    );
  });

  it('does not take a list of short judgements for one, nor a text that only begins in circles', () => {
    const item = (passage: number) => `{"passage": ${passage}, "grade": 0, "quote": null, "reason": ""}`;
    const list = `{"passages": [${Array.from({ length: 20 }, (_, index) => item(index + 1)).join(', ')}]}`;
    for (let end = 0; end <= list.length; end++) expect(endsInLoop(list.slice(0, end))).toBe(false);
    expect(endsInLoop(`${'again '.repeat(100)}and then it ends.`)).toBe(false);
    expect(endsInLoop('no '.repeat(50))).toBe(false);
  });
});
