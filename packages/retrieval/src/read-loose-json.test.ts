import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LooseValue, readLooseJson } from './read-loose-json.ts';

/** As `JSON.parse` would have it. */
function plain(value: LooseValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}
const read = (text: string) => readLooseJson(text).map(plain);

describe('readLooseJson', () => {
  it('reads proper JSON as JSON.parse does', () => {
    const container = fc
      .jsonValue({ maxDepth: 5 })
      .filter((value) => typeof value === 'object' && value !== null);
    fc.assert(
      fc.property(container, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(JSON.stringify(read(text))).toBe(JSON.stringify([JSON.parse(text)]));
      }),
    );
  });

  it.each([
    ['a code fence', '```json\n{"grade": 2}\n```'],
    ['prose around', 'Here it is: {"grade": 2}. I hope that helps {really}!'],
    ['single quotes', "{'grade': 2}"],
    ['typographic quotes', '{“grade”: 2}'],
    ['names without quotes', '{grade: 2}'],
    ['a comma too many', '{"grade": 2,}'],
    ['full-width punctuation', '｛"grade"：2，｝ {"grade"：2，}'],
    ['a comment', '{"grade": 2, // mostly\n}'],
    ['an end that is missing', '{"grade": 2, "reason": "it sa'],
  ])('reads through %s', (_name, text) => {
    expect(read(text)[0]).toMatchObject({ grade: 2 });
  });

  it('reads a string with quote marks inside, and one with a missing comma after it', () => {
    expect(read('{"reason": "It says "hello" there", "quote": \'it\'s\', "grade": 1}')).toEqual([
      { reason: 'It says "hello" there', quote: "it's", grade: 1 },
    ]);
    expect(read('{"reason": "yes"\n "grade": 1}')).toEqual([{ reason: 'yes', grade: 1 }]);
  });

  it('keeps the items of a list that was cut, and no number that may go on', () => {
    expect(read('[{"passage": 1, "grade": 3}, {"passage": 12, "gra')).toEqual([
      [{ passage: 1, grade: 3 }, { passage: 12 }],
    ]);
    expect(read('{"reason": "r", "grade": 1')).toEqual([{ reason: 'r' }]);
  });

  it('takes names that every object has for names like others', () => {
    const [value] = readLooseJson('{"__proto__": {"grade": 3}, "constructor": 1}');
    expect(value instanceof Map && [...value.keys()]).toEqual(['__proto__', 'constructor']);
  });

  it('never throws, and reads nothing that does not stand in the text', () => {
    const parts = fc.constantFrom(
      ...['{', '}', '[', ']', ':', ',', '"', "'", '\\', '\\u12', 'grade', '2', '```', '\n', '“', ' ', 'null'],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(parts, { maxLength: 60 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        for (const number of numbersIn(readLooseJson(given))) expect(given).toContain(String(number));
      }),
      { numRuns: 2_000 },
    );
  });

  it('stays linear on text made to take long', () => {
    const hostile = ['[', '{"a":', '{"a":[', '{"', '[{"a":"', '{a:1 ', '[1 '].map((part) =>
      part.repeat(20_000),
    );
    for (const text of hostile) expect(() => readLooseJson(text)).not.toThrow();
  });
});

function numbersIn(value: LooseValue | readonly LooseValue[]): readonly number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return value instanceof Map ? [...value.values()].flatMap(numbersIn) : [];
}
