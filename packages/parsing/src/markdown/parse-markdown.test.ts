import { describe, expect, it } from 'vitest';
import { showBlocks } from '../testing/show-blocks.ts';
import { parseMarkdown } from './parse-markdown.ts';
import { parseMdx } from './parse-mdx.ts';

describe('parseMarkdown', () => {
  it('gives every block the headings above it, without markup', () => {
    const text =
      '# **A** `b`\n\nText\n\n## [C](x) {#c}\n\n> quote\n\n### D\n\n- list\n\n## E\r\n\r\n|a|\n|-|\n|b|\n';
    expect(show(text)).toEqual([
      'heading [A b]: # **A** `b`',
      'paragraph [A b]: Text',
      'heading [A b > C]: ## [C](x) {#c}',
      'quote [A b > C]: > quote',
      'heading [A b > C > D]: ### D',
      'list [A b > C > D]: - list',
      'heading [A b > E]: ## E',
      'table [A b > E]: |a|\n|-|\n|b|',
    ]);
  });

  it('keeps code in one piece, HTML and hashes in it included', () => {
    const code = '```html\n<h1>No heading</h1>\n\n# no heading\n```';
    expect(show(`${code}\n\nText`)).toEqual([`code []: ${code}`, 'paragraph []: Text']);
  });

  it('takes the title from the first heading of level 1, else from front matter', () => {
    expect(parseMarkdown('---\ntitle: Front\n---\n## B\n\n# A').title).toBe('A');
    expect(parseMarkdown('---\ntitle: Front\n---\n## B').title).toBe('Front');
    expect(parseMarkdown('<h1 align="center">Centred</h1>\n\nText').title).toBe('Centred');
    expect(parseMarkdown('Under\n=====\n').title).toBe('Under');
    expect(parseMarkdown('Text').title).toBeNull();
  });

  it('reads front matter as metadata, and leaves it out of the blocks', () => {
    const text = '---\ntitle: T\ntags: [a, 中文]\nyear: 2024\nauthor: { name: x }\n---\n\nText';
    const parsed = parseMarkdown(text);
    expect(parsed.metadata).toEqual({ tags: ['a', '中文'], year: 2024 });
    expect(showBlocks(text, parsed.blocks)).toEqual(['paragraph []: Text']);
  });

  it('warns of front matter that is not YAML or that multiplies itself', () => {
    expect(parseMarkdown('---\na: [b\n---\n').warnings).toHaveLength(1);
    expect(parseMarkdown('---\na: &x [1]\nb: [*x, *x]\n---\n').warnings).toHaveLength(1);
  });

  it('drops images, badges, comments and HTML without text', () => {
    const text =
      '[![build](b.svg)](x)\n\n<!-- note -->\n\n<img src="a.png">\n\n![only](a.png)\n\n<p align="center">Kept</p>\n\n---\n\n[ref]: x';
    expect(show(text)).toEqual(['paragraph []: <p align="center">Kept</p>']);
  });

  it('leaves images that are written into the text as base64 out', () => {
    const image = `data:image/png;base64,${'iVBOR'.repeat(100)}`;
    expect(show(`Before ![a picture](${image}) after\n\n![](${image}) text\n\n![](${image})`)).toEqual([
      'paragraph []: Before ![a picture](',
      'paragraph []: ) after',
      'paragraph []: ) text',
    ]);
  });

  it('cuts a long list at its items, and code in it apart', () => {
    const text = `- ${'one '.repeat(100)}\n- ${'two '.repeat(100)}\n- ${'three '.repeat(250)}\n\n  \`\`\`\n  code\n  \`\`\`\n`;
    expect(show(text).map((block) => block.slice(0, 12))).toEqual([
      'list []: - o',
      'list []: - t',
      'list []: thr',
      'code []: ```',
    ]);
  });

  it('keeps footnotes', () => {
    expect(show('Text[^1]\n\n[^1]: The note')).toEqual(['paragraph []: Text[^1]', 'paragraph []: The note']);
  });

  it('reads MDX without its imports, expressions and components', () => {
    const text = "import A from 'a'\n\n# T\n\n{/* comment */}\n\n<A>\n\nInside\n\n</A>\n";
    expect(showBlocks(text, parseMdx(text).blocks)).toEqual(['heading [T]: # T', 'paragraph [T]: Inside']);
  });

  it('reads broken MDX as Markdown, with a warning', () => {
    const parsed = parseMdx('# T\n\n<A>{\n\nText');
    expect(parsed.title).toBe('T');
    expect(parsed.blocks.length).toBeGreaterThan(1);
    expect(parsed.warnings).toHaveLength(1);
  });

  it.each([
    ['brackets', '['.repeat(200_000)],
    ['emphasis', '*a **b _c __d\n'.repeat(20_000)],
    ['quotes', '> '.repeat(100_000)],
    ['nested lists', Array.from({ length: 600 }, (_, at) => `${'  '.repeat(at)}- a`).join('\n')],
    ['size', 'A paragraph.\n\n'.repeat(40_000)],
  ])('reads what would take the parser too long by %s more simply, with a warning', (_, hard) => {
    const text = `---\ntitle: F\n---\n# Title\n\n${hard}\n\n## Part\n\nText`;
    const parsed = parseMarkdown(text);
    expect(parsed.warnings).toHaveLength(1);
    expect(parsed.title).toBe('Title');
    expect(showBlocks(text, parsed.blocks.slice(0, 1))).toEqual(['heading [Title]: # Title']);
    expect(showBlocks(text, parsed.blocks.slice(-1))).toEqual(['paragraph [Title > Part]: Text']);
  });
});

function show(text: string): string[] {
  return showBlocks(text, parseMarkdown(text).blocks);
}
