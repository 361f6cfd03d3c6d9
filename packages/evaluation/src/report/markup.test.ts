import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { markup, page } from './markup.ts';

const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    '&lt;',
    '</td>',
  ),
);

describe('markup', () => {
  it('lets no text become an element or leave its attribute', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, title) => {
        const { document } = parseHTML(
          `<html><body>${markup`<p title="${title}">${text}</p>`.html}</body></html>`,
        );
        expect(document.querySelectorAll('*')).toHaveLength(3);
        expect(document.querySelector('p')?.attributes).toHaveLength(1);
        const [plainText, plainTitle] = [text, title].map((each) => each.toWellFormed());
        if (/^[\P{Cc}\n]*$/u.test(text)) expect(document.querySelector('p')?.textContent).toBe(plainText);
        if (/^[\P{Cc}\n]*$/u.test(title))
          expect(document.querySelector('p')?.getAttribute('title')).toBe(plainTitle);
      }),
    );
  });

  it('takes other markup as it is', () => {
    expect(markup`<ul>${[markup`<li>${'<'}</li>`, markup`<li>${2}</li>`]}</ul>`.html).toBe(
      '<ul><li>&lt;</li><li>2</li></ul>',
    );
  });
});

describe('page', () => {
  it('forbids scripts and requests, and escapes its title', () => {
    const html = page('a < b', [markup`<p>text</p>`]);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('<title>a &lt; b</title>');
    expect(html).not.toMatch(/<script|https?:|src=|@import|url\(/);
  });
});
