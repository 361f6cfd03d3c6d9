import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from './parse.ts';
import { encodeAs } from './testing/encode-as.ts';
import { rawOf } from './testing/raw-of.ts';

describe('parse', () => {
  it('reads each format by its name', async () => {
    expect((await documentOf('a.md', '# T\n\ntext')).blocks).toHaveLength(2);
    expect((await documentOf('a.html', '<h1>T</h1><p>text')).text).toBe('T\n\ntext');
    expect((await documentOf('a.txt', '# T\n\ntext')).blocks[0]?.kind).toBe('paragraph');
    expect((await documentOf('a.rst', 'text')).text).toBe('text');
  });

  it('believes the source over the name, and the bytes where neither says', async () => {
    expect(await parse(rawOf('a.md', '# T', { mediaType: 'text/plain' }))).toMatchObject({
      document: { title: 'a' },
    });
    expect((await documentOf('a.pdf', '<!DOCTYPE html><html><body><h1>T</h1></body></html>')).title).toBe(
      'T',
    );
  });

  it('takes the title from the text, else from the source, else from the name', async () => {
    expect(await parse(rawOf('x/a.md', '# Own', { title: 'Given' }))).toMatchObject({
      document: { title: 'Own' },
    });
    expect(await parse(rawOf('x/a.md', 'text', { title: 'Given' }))).toMatchObject({
      document: { title: 'Given' },
    });
    expect((await documentOf('文档/产品说明.v2.md', 'text')).title).toBe('产品说明.v2');
  });

  it('points into the source text of Markdown, character by character', async () => {
    const text = '# 标题 😀\r\n\r\n正文 `code`\r\n';
    const { blocks, text: parsed } = await documentOf('a.md', text);
    expect(parsed).toBe(text);
    expect(blocks.map(({ start, end }) => parsed.slice(start, end))).toEqual(['# 标题 😀', '正文 `code`']);
  });

  it('lets no control character and no invisible tag into the text', async () => {
    const { text, blocks } = await documentOf('a.txt', 'a\u0000b\u0007c\u009fd\u{e0041}e\fpage\tok');
    expect(text).toBe('abcde\npage\tok');
    expect(blocks[0]?.end).toBe(text.length);
  });

  it('reads a page in the encoding it declares', async () => {
    const html =
      '<html><head><meta charset="gb2312"><title>标题</title></head><body><p>中文</p></body></html>';
    expect(await documentOf('a.html', encodeAs(html, 'gb18030'))).toMatchObject({
      title: '标题',
      warnings: [],
    });
  });

  it.each(['a.md', 'a.html', 'a.txt', 'a.mdx', 'a.json'])(
    'refuses %s where there is no text in it',
    async (name) => {
      for (const text of ['', ' \r\n\t\u3000']) expect((await reasonOf(name, text))?.code).toBe('empty');
      expect(await parse(rawOf(name, '', { title: 'A record that is a title' }))).toMatchObject({ ok: true });
    },
  );

  it('refuses what it cannot read, each with its cause', async () => {
    expect((await reasonOf('a.pdf', '%PDF-1.7'))?.code).toBe('malformed');
    expect((await reasonOf('a.pdf', 'plain words'))?.code).toBe('wrong_type');
    expect((await reasonOf('a.docx', '\u0089PNG\r\n'))?.code).toBe('wrong_type');
    expect((await reasonOf('a.png', Buffer.from('89504e470d0a1a0a', 'hex')))?.code).toBe('unsupported_type');
    expect((await reasonOf('a.docx', 'PK\u0003\u0004 cut'))?.code).toBe('truncated');
    expect((await reasonOf('a.json', '{"a": [1, 2'))?.code).toBe('truncated');
    expect((await reasonOf('a.json', '{"a": "b'))?.code).toBe('truncated');
  });

  it('takes JSON with comments or trailing commas in as text', async () => {
    expect((await documentOf('tsconfig.json', '{ // comment\n "a": 1, }')).blocks).toHaveLength(1);
  });

  it('warns of text that was read in the wrong encoding before it was saved', async () => {
    const mojibake = Buffer.from('组件注册，一个组件', 'utf8').toString('latin1');
    expect((await documentOf('a.md', mojibake)).warnings).toHaveLength(1);
    expect((await documentOf('a.md', 'Ça va très bien, où êtes-vous né à Zürich')).warnings).toEqual([]);
  });

  it('never throws, and gives blocks in order, in range and not empty, for any bytes under any name', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyName,
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          anyText.map((text) => Buffer.from(text)),
        ),
        holds,
      ),
      { numRuns: 300 },
    );
  });

  it.each(['a.md', 'a.mdx', 'a.html', 'a.txt'])('holds for a line of a megabyte in %s', async (name) => {
    for (const unit of ['中', 'a ', '*a', '<b', '[', '\u{1f600}', '`', '|a', '{'])
      await holds(name, Buffer.from(unit.repeat(1e6 / unit.length)));
  });

  it('gives the same result for the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, anyText, async (name, text) => {
        expect(await parse(rawOf(name, text))).toEqual(await parse(rawOf(name, text)));
      }),
      { numRuns: 50 },
    );
  });
});

const anyName = fc.constantFrom('a.md', 'a.mdx', 'a.html', 'a.txt', 'a.json', 'a');
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '# ',
          '## 标题',
          '- ',
          '1. ',
          '> ',
          '```',
          '|',
          '|-|',
          '\n',
          '\r\n',
          '\n\n',
          ' ',
          '    ',
          '\t',
          '中文。',
          'text',
          '😀',
        ],
        ...[
          '\ud83d',
          '\udc00',
          '\u0000',
          '<div>',
          '</div>',
          '<p>',
          '<!--',
          '-->',
          '<table><tr><td>',
          '<li>',
          '<pre>',
          '&amp;',
        ],
        ...[
          '---\n',
          'title: x\n',
          '{',
          '}',
          '<A>',
          '</A>',
          '*',
          '_',
          '[a](b)',
          '![',
          '](x)',
          '[^1]',
          '[^1]: ',
          '====',
          '第一章',
          '\u3000',
        ],
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
);

async function holds(name: string, bytes: Uint8Array): Promise<void> {
  const result = await parse(rawOf(name, bytes));
  if (!result.ok) return;
  const { text, blocks, title } = result.document;
  expect(title).not.toBe('');
  expect(text.isWellFormed()).toBe(true);
  let end = 0;
  for (const block of blocks) {
    expect(block.start).toBeGreaterThanOrEqual(end);
    expect(text.slice(block.start, block.end).trim()).not.toBe('');
    expect(text.slice(block.start, block.end).trim()).toHaveLength(block.end - block.start);
    expect(block.headings.every((heading) => heading.trim() === heading && heading !== '')).toBe(true);
    if (block.kind === 'heading') expect(block.headings.length).toBeGreaterThan(0);
    end = block.end;
  }
  expect(end).toBeLessThanOrEqual(text.length);
}

async function documentOf(name: string, content: string | Uint8Array) {
  const result = await parse(rawOf(name, content));
  if (!result.ok) throw new Error(result.reason.message);
  return result.document;
}

async function reasonOf(name: string, content: string | Uint8Array) {
  const result = await parse(rawOf(name, content));
  return result.ok ? null : result.reason;
}
