import { describe, expect, it } from 'vitest';
import { showBlocks } from '../testing/show-blocks.ts';
import { declaredCharset } from './declared-charset.ts';
import { parseHtml } from './parse-html.ts';

const filler = 'A sentence of the article, with commas, that is long enough to count as prose. '.repeat(8);

describe('parseHtml', () => {
  it('renders headings, paragraphs, lists, tables, quotes and code as text blocks', () => {
    const html = `<h1>Title</h1><p>One <b>bold</b>&nbsp;&amp; <a href="x">link</a>,<br>two</p>
      <ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul><ol><li>d</ol>
      <table><tr><th>k</th><th>v</th></tr><tr><td>x</td><td><p>y</p></td></tr></table>
      <h2>Part</h2><blockquote><p>said</p></blockquote><pre><code>if (a &lt; b) {\n  c();\n}</code></pre>loose text`;
    expect(show(html)).toEqual([
      'heading [Title]: Title',
      'paragraph [Title]: One bold & link,\ntwo',
      'list [Title]: - a\n  - b\n- c',
      'list [Title]: 1. d',
      'table [Title]: k: x; v: y',
      'heading [Title > Part]: Part',
      'quote [Title > Part]: said',
      'code [Title > Part]: if (a < b) {\n  c();\n}',
      'paragraph [Title > Part]: loose text',
    ]);
  });

  it('takes the main content and leaves navigation, scripts, forms and footers out', () => {
    const html = `<html lang="en"><head><title>Site - Page</title><meta name="author" content="An Author"><style>x{}</style></head>
      <body><nav><ul><li>Home</li><li>About</li></ul></nav><script>track()</script>
      <main><h1>Page</h1><p>${filler}</p><p>${filler}</p><p hidden>secret</p><form><button>Send</button></form></main>
      <footer>Copyright</footer></body></html>`;
    const parsed = parseHtml(html);
    expect(parsed.title).toBe('Page');
    expect(parsed.metadata).toEqual({ language: 'en', author: 'An Author' });
    expect(parsed.text).toContain('A sentence of the article');
    for (const out of ['Home', 'track', 'secret', 'Send', 'Copyright', 'x{}'])
      expect(parsed.text).not.toContain(out);
    expect(parsed.blocks[0]).toMatchObject({ kind: 'heading', headings: ['Page'] });
  });

  it('takes the whole body where there is too little for a main content', () => {
    expect(show('<div>Short</div><div>And <span>shorter</span></div>')).toEqual([
      'paragraph []: Short',
      'paragraph []: And shorter',
    ]);
  });

  it('takes the whole body where the main content would be a small part of the page', () => {
    const entries = Array.from({ length: 120 }, (_, at) => `<li><a href="/${at}">entry ${at} value</a></li>`);
    const html = `<html><body><div class="post"><p>${filler}</p></div><div class="sidebar"><ul>${entries.join('')}</ul></div></body></html>`;
    expect(parseHtml(html).text).toContain('entry 119 value');
  });

  it('leaves hidden parts out, whatever they hold', () => {
    expect(
      show('<div hidden><p>a</p></div><div style="display: none"><h2>b</h2></div><dialog>c</dialog><p>d'),
    ).toEqual(['paragraph []: d']);
  });

  it('falls back to the title tag', () => {
    expect(parseHtml('<html><head><title> A &amp; B </title></head><body><p>x</p></body></html>').title).toBe(
      'A & B',
    );
    expect(parseHtml('<p>x</p>').title).toBeNull();
  });

  it('takes long preformatted prose for paragraphs', () => {
    const blocks = parseHtml(`<pre>${'A paragraph\nof a law.\n\n'.repeat(500)}</pre>`).blocks;
    expect(blocks).toHaveLength(500);
    expect(blocks[0]?.kind).toBe('paragraph');
  });

  it('survives tags that are never closed, lone signs and images in base64', () => {
    expect(parseHtml('<p>a <b>b <i>c<p>d').text.split(/\s+/)).toEqual(['a', 'b', 'c', 'd']);
    expect(show('1 < 2 && 3 > 2')).toEqual(['paragraph []: 1 < 2 && 3 > 2']);
    expect(parseHtml(`<p>x<img src="data:image/png;base64,${'A'.repeat(5_000)}"></p>`).text).toBe('x');
  });

  it.each([
    ['deep', `${'<div>'.repeat(20_000)}needle`],
    ['deep by a little', `${'<div>'.repeat(1_000)}needle${'</div>'.repeat(1_000)}`],
    ['rich in attributes', `<p ${Array.from({ length: 300 }, (_, at) => `a${at}=1`).join(' ')}>needle</p>`],
    ['wide', `${'<p>a</p>'.repeat(60_000)}<p>needle</p><script>no()</script>`],
    ['long', `<p>${'text &amp; '.repeat(500_000)}</p><p>needle</p><style>no{}</style>`],
    ['full of signs', `${'<'.repeat(200_000)} needle`],
  ])('still takes the text of a page that is too %s', (_, html) => {
    const parsed = parseHtml(html);
    expect(parsed.warnings).toHaveLength(1);
    expect(parsed.text).toContain('needle');
    expect(parsed.text).not.toContain('no');
  });
});

describe('declaredCharset', () => {
  it.each([
    ['<meta charset="gbk">', 'gbk'],
    ["<META http-equiv='Content-Type' content='text/html; charset=GB2312'>", 'GB2312'],
    ['<?xml version="1.0" encoding="Big5"?>', 'Big5'],
    ['<p>charset=x</p>', null],
  ])('reads %s', (html, expected) => {
    expect(declaredCharset(Buffer.from(html))).toBe(expected);
  });
});

function show(html: string): string[] {
  const { text, blocks } = parseHtml(html);
  return showBlocks(text, blocks);
}
