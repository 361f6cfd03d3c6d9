import fc from 'fast-check';
import type { Nodes, Root } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, test } from 'vitest';
import { createInertStream, inertMarkup } from './inert-markup.ts';

const parser = unified().use(remarkParse).use(remarkGfm);

function nodesOf(node: Nodes): readonly Nodes[] {
  return 'children' in node ? [node, ...node.children.flatMap((child) => nodesOf(child))] : [node];
}

/** What a renderer that leaves HTML in would do more than show. */
function activeIn(markdown: string): readonly string[] {
  return nodesOf(parser.parse(markdown) as Root).flatMap((node) => {
    if (node.type === 'html' || node.type === 'image' || node.type === 'imageReference') return [node.type];
    if (node.type !== 'link' && node.type !== 'definition') return [];
    // A browser passes over spaces and controls in a scheme.
    const scheme = /^([^/?#]*?):/.exec(node.url.replace(/[\s\p{Cc}]/gu, ''))?.[1];
    return scheme === undefined || /^(?:https?|mailto)$/i.test(scheme) ? [] : [node.url];
  });
}

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<!-- ',
  '<?x ',
  '</p>',
  '<a href="`">',
  '<',
  '[x](javascript:alert(1))',
  '[x](JaVa\tScript:alert(1))',
  '[x](<javascript:alert(1)>)',
  '[x]( javascript:y)',
  '[x](javascript&colon;alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](java\\script\\:y)',
  '[x](\n',
  'javascript:y)',
  '[x]: javascript:y',
  '[x]:\n',
  '[x]: /y "\n',
  '[x][x]',
  '[x]',
  '![x](https://e/x.png)',
  '![x][x]',
  '<javascript:y>',
  '[x](data:text/html,y)',
  'data:text/html;base64,eA==',
  'vbscript:y',
  '[x](/y "`")',
  '[x](/y "\n`")',
  '[1]',
  '(',
  ')',
  '`',
  '``',
  '```',
  '```\n',
  '~~~',
  '~~~\n',
  '\\`',
  '\\',
  '|',
  '| - |\n',
  '\n',
  '\n\n',
  '  ',
  '    ',
  '\t',
  '- ',
  '> ',
  '1. ',
  '# ',
  '"',
  ':',
  ']',
  '](',
  '!',
  'http://a.b/`',
  'www.a.b/`',
  'a@b.c`',
  'word ',
  '词',
  '。',
  '---\n',
  '[^1]: ',
  'ß',
];
const texts = fc.array(fc.constantFrom(...hostile), { maxLength: 14 }).map((parts) => parts.join(''));

describe('inertMarkup', () => {
  test('leaves nothing that a renderer of Markdown would do more with than show it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(activeIn(inertMarkup(text).text)).toEqual([]);
      }),
      { numRuns: 3_000, seed: 7 },
    );
  });

  test('says the same whichever pieces a text comes in', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(8), { maxLength: 40 }), (text, lengths) => {
        const stream = createInertStream();
        let out = '';
        let at = 0;
        for (const length of lengths) {
          out += stream.push(text.slice(at, at + length));
          at += length;
        }
        out += stream.push(text.slice(at)) + stream.end();
        expect(out).toBe(inertMarkup(text).text);
      }),
      { numRuns: 3_000, seed: 7 },
    );
  });

  test.each([
    ['<script>alert(1)</script>', '< script>alert(1)< /script>'],
    ['see [here](javascript:alert(1)).', 'see [here] ([link removed])).'],
    ['[here](https://a.example/x_(y)?z=1&w=2 "title")', '[here](https://a.example/x_(y)?z=1&w=2 "title")'],
    ['![pixel](https://a.example/p.png)', '! [pixel](https://a.example/p.png)'],
    ['点javascript:alert(1)。然后', '点[link removed])。然后'],
    ['[x](javascript:y) is `<a>`', '[x] ([link removed]) is `<a>`'],
    ['JavaScript: the good parts; a < b, metadata: x', 'JavaScript: the good parts; a < b, metadata: x'],
  ])('%j becomes %j', (text, expected) => {
    expect(inertMarkup(text).text).toBe(expected);
  });

  test.each([
    'Use `<script>` or `List<String>` [1].',
    'See [the page](https://a.example/) for `Map<A, B>`.',
    'So:\n\n```html\n<a href="javascript:x()">x</a>\n```\n\nand `data:text/html,x`.',
    '~~~\n`<b>`\n~~~\n`<i>`',
    'Is 3 < 4? [1][2]\n- yes\n- no, see https://a.example/?q=1',
  ])('leaves code and harmless text as it is: %j', (text) => {
    expect(inertMarkup(text).text).toBe(text);
  });

  test('tells where a span went', () => {
    const { text, moved } = inertMarkup('<b> is. A <i> javascript:x y. End.');
    const span = moved({ start: 8, end: 29 });
    expect(text.slice(span.start, span.end)).toBe('A < i> [link removed] y.');
  });

  test('shows words as they come', () => {
    const stream = createInertStream();
    expect(stream.push('One two th')).toBe('One two ');
    expect(stream.push('ree [1] four ')).toBe('three [1] four ');
    expect(stream.push('第一句。第二')).toBe('第一句。第二');
  });

  test('takes a line without a space in linear time', () => {
    // A square of this length is minutes.
    const word = '!'.repeat(400_000);
    expect(createInertStream().push(`${word}é${word}`)).toBe(`${word}é`);
  });
});
