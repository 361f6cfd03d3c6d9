import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksIn, cellsOf, withoutQuoteMarks } from './blocks-in.ts';

const shown = (text: string) =>
  blocksIn(text).map((block) => [block.kind, text.slice(block.start, block.end)] as const);

describe('blocksIn', () => {
  it('tells headings, paragraphs, lists, tables and code', () => {
    const text =
      '# Title {#anchor}\n\nTwo lines\nof text.\n- one\n  goes on\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\n  run\n```\nEnd.';
    expect(shown(text)).toEqual([
      ['heading', '# Title {#anchor}'],
      ['paragraph', 'Two lines\nof text.'],
      ['list', '- one\n  goes on\n- two'],
      ['table', '| a | b |\n|---|---|\n| 1 | 2 |'],
      ['code', '  run'],
      ['paragraph', 'End.'],
    ]);
    expect(blocksIn(text)[0]).toMatchObject({ level: 1, title: 'Title' });
    expect(blocksIn(text)[3]).toMatchObject({ columns: ['a', 'b'], rows: [{}] });
  });

  it('takes what stands before a fence that only closes for code', () => {
    expect(shown('  const a = 1;\n}\n```\n\nThat was it.')).toEqual([
      ['code', '  const a = 1;\n}'],
      ['paragraph', 'That was it.'],
    ]);
    expect(shown('Output it was.\n```\n\nThen:\n\n```sh\nrun\n```')).toEqual([
      ['code', 'Output it was.'],
      ['paragraph', 'Then:'],
      ['code', 'run'],
    ]);
    expect(shown('Do this.\n\n```\nrun\nmore')).toEqual([
      ['paragraph', 'Do this.'],
      ['code', 'run\nmore'],
    ]);
  });

  it('knows by the fences that open which one closes, whatever their number', () => {
    expect(shown('a()\n```\n\nThen:\n\n```sh\nrun\n```\n\nAnd:\n\n```sh\nmore\n```')).toEqual([
      ['code', 'a()'],
      ['paragraph', 'Then:'],
      ['code', 'run'],
      ['paragraph', 'And:'],
      ['code', 'more'],
    ]);
    expect(shown('say(1);\n\n```\nrun\n```')).toEqual([
      ['code', 'say(1);'],
      ['code', 'run'],
    ]);
    expect(shown('a()\n```\n\nThen this:\n\n```sh\nrun')).toEqual([
      ['code', 'a()'],
      ['paragraph', 'Then this:'],
      ['code', 'run'],
    ]);
  });

  it('knows by a heading behind the last fence that it closes', () => {
    expect(shown('abc 12 healthy\n```\n\n## Usage\n\nAsk it.')).toEqual([
      ['code', 'abc 12 healthy'],
      ['heading', '## Usage'],
      ['paragraph', 'Ask it.'],
    ]);
    expect(shown('Do this:\n\n```\n# a comment\nrun')).toEqual([
      ['paragraph', 'Do this:'],
      ['code', '# a comment\nrun'],
    ]);
  });

  it('tells apart what stands within a quotation, in an item too', () => {
    const text =
      '1. Ensure it:\n\n   > Look at it.\n   >\n   > ```sh\n   > run\n   > ```\n   > - one\n   > ## No heading\n\nEnd.';
    expect(
      blocksIn(text).map(({ kind, start, end }) => [kind, withoutQuoteMarks(text.slice(start, end))]),
    ).toEqual([
      ['list', '1. Ensure it:'],
      ['paragraph', 'Look at it.'],
      ['code', 'run'],
      ['list', '- one'],
      ['paragraph', 'End.'],
    ]);
  });

  it('takes lines of a program for code where both fences are elsewhere, and prose for prose', () => {
    const [code] = blocksIn('// sync works as well\nfor (const file of found) {\n  console.log(file);\n}');
    expect(code).toMatchObject({ kind: 'code', isBegun: false, isEnded: false });
    for (const prose of [
      'It fits well;',
      'const is a word of JavaScript\nand let is another',
      '    indented',
    ])
      expect(blocksIn(prose)[0]?.kind, prose).toBe('paragraph');
  });

  it('takes a line that is underlined for a heading', () => {
    expect(blocksIn('Usage\n=====\nMulti Bar Mode\n---\nShow several.')).toMatchObject([
      { kind: 'heading', level: 1, title: 'Usage' },
      { kind: 'heading', level: 2, title: 'Multi Bar Mode' },
      { kind: 'paragraph' },
    ]);
  });

  it('leaves out what has no word in it', () => {
    expect(shown('---\n\n|\n\n<a id="x"></a>\n\n:::\n')).toEqual([]);
  });

  it('keeps bars that are escaped within their cell', () => {
    expect(cellsOf('| `a \\| b` | c |')).toEqual(['`a | b`', 'c']);
  });

  it('gives blocks in order that do not overlap, whatever the text', () => {
    const line = fc.constantFrom(
      '# a',
      '- b',
      '| c | d |',
      '|---|---|',
      '```',
      'word. word',
      '',
      '  x',
      '~~~',
      '1. y',
      '> z',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        let end = 0;
        for (const block of blocksIn(lines.join('\n'))) {
          expect(block.start).toBeGreaterThanOrEqual(end);
          expect(block.end).toBeGreaterThan(block.start);
          end = block.end;
        }
      }),
    );
  });

  it.each([
    [
      'name: Lamp\nprice in euros: 44.50\n  and shipping\ncolour: red',
      ['name: Lamp', 'price in euros: 44.50\n  and shipping', 'colour: red'],
    ],
    ['地址：北京路1号\n电话：123', ['地址：北京路1号', '电话：123']],
  ])('takes the fields of a record apart: %j', (text, fields) => {
    const [block] = blocksIn(text);
    const items = block?.kind === 'list' ? block.items : [];
    expect(items.map(({ start, end }) => text.slice(start, end))).toEqual(fields);
  });

  it.each(['Note: it is late.\nThen go home.', 'Q: who?\nA: you', '问：几点？\n答：九点', 'One: two.'])(
    'takes %j for no record',
    (text) => {
      expect(blocksIn(text)).toMatchObject([{ kind: 'paragraph' }]);
    },
  );

  it('takes the caption over fields for one of them', () => {
    const text = 'Standard parcel\nZone: EU; Days: 3\nZone: World; Days: 8';
    expect(blocksIn(text)).toMatchObject([{ kind: 'list', items: [{}, {}, {}] }]);
  });
});
