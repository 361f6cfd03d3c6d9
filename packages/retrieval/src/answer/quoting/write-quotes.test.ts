import { describe, expect, it } from 'vitest';
import { checkCitations } from '../../citations/check-citations.ts';
import { sourcesOf, type TestSource } from '../../test-sources.ts';
import { quoteSectionsOf } from './quote-unit.ts';
import { writeQuote } from './write-quotes.ts';

/** What the check says of each unit of some sources, quoted by itself. */
function checkedUnits(...parts: readonly TestSource[]) {
  const sources = sourcesOf(...parts);
  return quoteSectionsOf(sources).flatMap((section) =>
    section.units.map((unit) => {
      const { citations, unsupported } = checkCitations(writeQuote({ section, units: [unit] }), sources, {
        forReader: true,
      });
      return { unit, unsupported, quotes: citations.map(({ quote }) => quote) };
    }),
  );
}

/** Two chunks of one document, one behind the other. */
function following(first: string, second: string): readonly TestSource[] {
  const documentId = 'd' as TestSource['documentId'];
  return [
    { text: first, documentId, position: 0 },
    { text: second, documentId, position: 1, start: first.length + 1, end: first.length + 1 + second.length },
  ] as readonly TestSource[];
}

describe('what is quoted, and its check', () => {
  const head = '| Plan | Price | Seats |\n|---|---|---|';

  it('a row of a narrow table is borne out by that row', () => {
    const rows = ['| Free | $0 | 3 |', '| Team | $30 | 10 |', '| Firm | $300 | 100 |'];
    const checked = checkedUnits({ text: `${head}\n${rows.join('\n')}` });
    expect(checked.map(({ unsupported }) => unsupported)).toEqual([[], [], []]);
    expect(checked.map(({ quotes }) => quotes)).toEqual(rows.map((row) => [row]));
  });

  it('a row is borne out where the head of its table is in the source before', () => {
    const checked = checkedUnits(...following(`${head}\n| Free | $0 | 3 |`, '| Team | $30 | 10 |'));
    expect(checked.map(({ unit }) => unit.text)).toContain('Plan: Team; Price: $30; Seats: 10');
    expect(checked.flatMap(({ unsupported }) => unsupported)).toEqual([]);
    const headAlone = checkedUnits(...following(head, '| Team | $30 | 10 |'));
    expect(headAlone.flatMap(({ unsupported }) => unsupported)).toEqual([]);
  });

  it.each([
    ['Plan: Team; Price: $300; Seats: 10 [1]', ['not_in_source']],
    ['The Team plan costs $300. [1]', ['not_in_source']],
    ['The Team plan costs $30. [1]', []],
    ['The Free plan costs $0, Team $30 and Firm $300. [1]', []],
  ])('a row bears out its own numbers alone, and those of rows that are named: %s', (answer, reasons) => {
    const rows = ['| Free | $0 | 3 |', '| Team | $30 | 10 |', '| Firm | $300 | 100 |'];
    const { unsupported } = checkCitations(answer, sourcesOf({ text: `${head}\n${rows.join('\n')}` }));
    expect(unsupported.map(({ reason }) => reason)).toEqual(reasons);
  });

  it('code that goes on in the next source is borne out by both', () => {
    const [first = '', second = ''] = [
      'Run this:\n\n```js\nawait first();',
      'await second();\n```\n\nThen wait.',
    ];
    const checked = checkedUnits(...following(first, second));
    expect(checked.flatMap(({ unsupported }) => unsupported)).toEqual([]);
    const code = checked.find(({ unit }) => unit.kind === 'code');
    expect(code?.unit.text).toBe('await first();\nawait second();');
    expect(code?.quotes).toEqual(['await first();', 'await second();']);
  });

  it('a field of a record is led in by the title that no other has, and a heading over code is no claim', () => {
    const lamp = { title: 'Lamp', text: 'price: 44.50\ncolour: red' };
    const sources = sourcesOf(lamp, { ...lamp, title: 'Stove' });
    const [section] = quoteSectionsOf(sources);
    const answer = section === undefined ? '' : writeQuote({ section, units: section.units.slice(0, 1) });
    expect(answer).toBe('Lamp:\n- price: 44.50 [1]');
    expect(checkCitations(answer, sources).unsupported).toEqual([]);
    const code = { title: 'Guide', headings: ['reply.send(data)'], text: '```\nreply.send(1);\n```' };
    expect(checkedUnits(code).map(({ unsupported }) => unsupported)).toEqual([[]]);
    const [same] = quoteSectionsOf(sourcesOf(lamp, lamp));
    expect(same?.over).toEqual([]);
  });

  it('each line with a mark is a claim of its own, whatever its width', () => {
    const long = (n: number) => `Number ${n} of the ways to reach the office in the old town`;
    const text = `1. ${long(1)}\n2. ${long(2)}\n3. ${long(3)}`;
    const { citations } = checkCitations(
      `1. ${long(1)} [1]\n2. ${long(2)} [1]\n3. ${long(3)} [1]`,
      sourcesOf({ text }),
    );
    expect(citations.map(({ quote }) => quote)).toEqual(text.split('\n'));
  });

  it('dots for what is left out are no claim', () => {
    const { answer, unsupported } = checkCitations(
      '- The ferry leaves at nine. [1]\n…\n- It takes no dogs. … [1]',
      sourcesOf({ text: 'The ferry leaves at nine.\n\nIt takes no dogs. …' }),
    );
    expect(unsupported).toEqual([]);
    expect(answer.match(/\[1\]/g)).toHaveLength(2);
  });

  it('a sentence is borne out by itself, whatever it denies', () => {
    const text =
      'Dogs are welcome on the ground floor, cats are not. 请回答“yes”或“no”。Set it to 0, and do not set it to `null`.';
    const checked = checkedUnits({ text });
    expect(checked.flatMap(({ unsupported }) => unsupported)).toEqual([]);
    expect(checked.length).toBe(3);
  });
});
