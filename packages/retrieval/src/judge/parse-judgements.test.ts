import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJudgements, type StatedJudgement } from './parse-judgements.ts';

const grade = fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const);
const sentence = fc.constantFrom('It says so.', '它回答了问题。', 'The passage names the fee', '');
const quote = fc.constantFrom('thirty days', '缴纳费用', null);
/** What a judge may say of a list: each passage once, in any order, some left out. */
const anyList = fc
  .uniqueArray(fc.record({ number: fc.integer({ min: 1, max: 9 }), grade, reason: sentence, quote }), {
    minLength: 1,
    maxLength: 9,
    selector: ({ number }) => number,
  })
  .map((list) => list.map((one): StatedJudgement => one));
const wire = (list: readonly StatedJudgement[]) => ({
  passages: list.map(({ number, ...rest }) => ({ passage: number, ...rest })),
});

describe('parseJudgements', () => {
  it('gives back what was said, in its order, however it is wrapped', () => {
    const manners: readonly ((json: string) => string)[] = [
      (json) => json,
      (json) => `\`\`\`json\n${json}\n\`\`\``,
      (json) => `Certainly! My grades:\n${json}\nLet me know {if} that [helps].`,
      (json) => `<think>Passage 1 could be {"passage":1,"grade":0}… no.</think>${json}`,
      (json) => json.replaceAll('"', "'"),
      (json) => json.replaceAll('}', ',}').replaceAll(']', ',]'),
      (json) => json.replaceAll(/"(passage|grade|quote|reason)"/g, '$1'),
      (json) => json.replaceAll(/"grade":(\d)/g, '"Grade":"$1.0"'),
      (json) => json.replaceAll(/"grade":(\d)/g, '"relevance":"$1/3"'),
    ];
    fc.assert(
      fc.property(anyList, fc.constantFrom(...manners), (list, manner) => {
        expect(parseJudgements(manner(JSON.stringify(wire(list))), 9)).toEqual(list);
      }),
    );
  });

  it('keeps of a list that was cut what came before, and makes nothing up for the rest', () => {
    fc.assert(
      fc.property(anyList, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const json = JSON.stringify(wire(list));
        const parsed = parseJudgements(json.slice(0, Math.floor(json.length * share)), 9);
        expect(list.map(key).slice(0, parsed.length)).toEqual(parsed.map(key));
      }),
    );
  });

  it('never throws, and returns no grade that does not stand in the text', () => {
    const parts = [
      '{',
      '}',
      '[',
      ']',
      '"grade"',
      '"passage"',
      ':',
      ',',
      '1',
      '2',
      '3',
      '7',
      'grade',
      '\n',
      '"',
      'x',
    ];
    const text = fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.integer({ min: 1, max: 5 }), (given, count) => {
        const parsed = parseJudgements(given, count);
        for (const one of parsed) {
          expect(given).toContain(String(one.grade));
          expect(given).toMatch(/grade|^[\W_]*\d[\W_]*$/);
          expect(one.number).toBeGreaterThanOrEqual(1);
          expect(one.number).toBeLessThanOrEqual(count);
        }
        expect(new Set(parsed.map(({ number }) => number)).size).toBe(parsed.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a bare digit', '2'],
    ['a bare digit in bold', '**2**\n'],
    ['a line of its own', 'The passage names the fee.\n\nGrade: 2'],
    ['a final score', 'Some thoughts.\n##final score: 2'],
    ['an object inside another', '{"judgement": {"grade": 2}}'],
    ['an object with the number as its name', '{"1": {"grade": 2}}'],
  ])('reads a single grade from %s', (_name, text) => {
    expect(parseJudgements(text, 1)).toMatchObject([{ number: 1, grade: 2 }]);
  });

  it.each([
    ['a refusal', "I'm sorry, but I can't help with that."],
    ['a refusal that names a grade', 'I cannot give this a grade: 3 would be wrong.'],
    ['prose with digits', 'There are 3 reasons and 2 of them are good.'],
    ['Chinese prose with a digit', '无法评为3'],
    ['two different grades', 'Grade: 2\nGrade: 3'],
    ['two different objects', '{"grade": 3} no, rather {"grade": 1}'],
    ['another scale', '{"grade": 8}'],
    ['a fraction', '{"score": 0.92}'],
    ['a negative number', 'grade: -2'],
    ['nothing', ''],
  ])('reads no grade from %s', (_name, text) => {
    expect(parseJudgements(text, 1)).toEqual([]);
  });

  it('reads lines that name passages, drops numbers that were not shown and grades that conflict', () => {
    expect(parseJudgements('[2]: grade 3\nPassage 1 - grade: 0\n9 grade 2', 3)).toMatchObject([
      { number: 2, grade: 3 },
      { number: 1, grade: 0 },
    ]);
    const twice = '[{"passage":1,"grade":1},{"passage":2,"grade":2},{"passage":1,"grade":3}]';
    expect(parseJudgements(twice, 3)).toMatchObject([{ number: 2, grade: 2 }]);
    expect(parseJudgements('[{"grade":1},{"grade":2}]', 2)).toEqual([]);
  });

  it('reads an order without grades as no judgement', () => {
    expect(parseJudgements('[3] > [1] > [2]', 3)).toEqual([]);
  });

  it('keeps one sentence of a reason and no quote where none was given', () => {
    const text = '{"quote": "N/A", "grade": 1, "reason": "It is\\n near.  And it goes on for long."}';
    expect(parseJudgements(text, 1)).toEqual([{ number: 1, grade: 1, reason: 'It is near.', quote: null }]);
    expect(parseJudgements('{"grade": 1, "quote": ",", "reason": "…"}', 1)).toEqual([
      { number: 1, grade: 1, reason: '', quote: null },
    ]);
  });
});

function key({ number, grade: given }: StatedJudgement): string {
  return `${number}:${given}`;
}
