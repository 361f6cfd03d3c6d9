import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

describe('parseJson', () => {
  it('reads every value of JSON, null too', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['', ' ', '{', '[1,', "{'a': 1}", 'undefined', 'NaN'])('gives undefined for %o', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});
