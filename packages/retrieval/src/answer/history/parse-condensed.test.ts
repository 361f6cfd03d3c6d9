import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCondensed } from './parse-condensed.ts';

const said =
  'How often do I water the tomatoes?\nEvery evening, 2 litres a plant [1].\nAnd in winter?\n番茄多久浇一次水？';
const question = 'How often do I water the tomatoes in winter?';

describe('parseCondensed', () => {
  it.each([
    ['JSON', `{"question": "${question}"}`],
    [
      'JSON in a fence, with words around',
      `Sure!\n\`\`\`json\n{"question": "${question}"}\n\`\`\`\nAnything else?`,
    ],
    ['JSON that is cut off', `{"question": "${question}`],
    ['single quotes', `{'question': '${question}',}`],
    ['a bare line', question],
    ['a title in front', `Standalone question: "${question}"`],
    ['bold', `**Question:** ${question}`],
    ['invisible characters', `${question}\u200B\u202E`],
  ])('reads %s', (_name, written) => {
    expect(parseCondensed(written, said)).toBe(question);
  });

  it('reads Chinese', () => {
    expect(parseCondensed('独立问题：“冬天番茄多久浇一次水？”', said)).toBe('冬天番茄多久浇一次水？');
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n '],
    ['an answer of several lines', 'Every evening.\nIn winter, never.'],
    ['an essay', `In winter ${'the tomatoes need less water '.repeat(30)}`],
    ['something of another conversation', 'Who won the chess tournament?'],
    ['a number that nobody said', 'How often do I water 500 tomatoes in winter?'],
    ['the schema', '{"type": "object", "properties": {"question": {"type": "string"}}}'],
    ['a list', '["water", "winter"]'],
    ['an empty question', '{"question": ""}'],
  ])('takes %s for no question', (_name, written) => {
    expect(parseCondensed(written, said)).toBeNull();
  });

  it('never throws and gives one line of bounded length, whatever was written', () => {
    const piece = fc.constantFrom(
      '{"question":',
      '"water',
      '"',
      '}',
      '```',
      '\n',
      'winter',
      '“',
      '2',
      '问题：',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        const read = parseCondensed(written, said);
        if (read !== null) expect(read).toMatch(/^.{1,600}$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
