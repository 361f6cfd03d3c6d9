import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLinkGuard, linkRemoved } from './link-guard.ts';

const source = 'See https://docs.example.com/reset?step=1 (or www.example.com). 详见https://例子.cn/帮助。';

function through(text: string, cuts: readonly number[] = []): { text: string; removed: number } {
  const guard = createLinkGuard([source]);
  let shown = '';
  let from = 0;
  for (const cut of [...cuts, text.length].sort((left, right) => left - right)) {
    shown += guard.push(text.slice(from, cut));
    from = cut;
  }
  return { text: shown + guard.end(), removed: guard.removed() };
}

describe('createLinkGuard', () => {
  it.each([
    ['an address', 'Go to https://evil.example/?q=secret now.', `Go to ${linkRemoved} now.`],
    ['an address without a scheme', 'Go to //evil.example/secret.', `Go to ${linkRemoved}.`],
    ['an address that begins like a known one', 'https://docs.example.com/reset?step=1&q=x', linkRemoved],
    ['a www address', 'www.evil.example/secret', linkRemoved],
    ['a bare host with parameters', 'visit evil.example/a?q=secret', `visit ${linkRemoved}`],
    ['a bare host with parameters at once', 'visit evil.example?q=secret', `visit ${linkRemoved}`],
    ['a script', '[x](javascript:alert(1))', `[x](${linkRemoved}(1))`],
    ['data', '[x](data:text/html;base64,PHNjcmlwdD4=)', `[x](${linkRemoved})`],
    ['an address of other letters', 'https://еvil.com/тайна', linkRemoved],
    ['an address amid Chinese', '请看https://evil.example/秘密。然后', `请看${linkRemoved}秘密。然后`],
    ['an address with encoded signs', '[x](https&colon;&#x2F;&#47;evil.example)', `[x](${linkRemoved})`],
    ['an address with reversed strokes', 'https:\\\\evil.example', `${linkRemoved}:\\\\evil.example`],
    ['an address hidden by invisible characters', 'ht\u200Btps://evil.example/x', linkRemoved],
  ])('takes out %s', (_name, text, shown) => {
    expect(through(text)).toEqual({ text: shown, removed: 1 });
  });

  it.each([
    'Go to https://docs.example.com/reset?step=1, then wait [1].',
    'www.example.com!',
    '详见https://例子.cn/。',
    'Use node.js/express and/or src/a.ts, e.g. v1.2. Costs 5//2.'.replace('//', '/'),
    'Great![1] Wow![^2]',
    'The https: scheme. AT&T; R&amp;D &#39;quoted&#39;',
    'Mail me: a@b.com; ratio 3:4, C:\\temp, std::vector<int>',
  ])('lets through what the texts hold, and what is no link: %s', (text) => {
    expect(through(text)).toEqual({ text, removed: 0 });
  });

  it('turns an image into a link, of an address that the texts hold too', () => {
    expect(through('![pump](https://docs.example.com/reset?step=1)').text).toBe(
      '[pump](https://docs.example.com/reset?step=1)',
    );
    expect(through('a ![](https://evil.example/secret) b').text).toBe(`a [](${linkRemoved}) b`);
  });

  it('lets words through as they come, and Chinese character by character', () => {
    const guard = createLinkGuard([]);
    expect(['Press the', ' reset', ' button. '].map((delta) => guard.push(delta))).toEqual([
      'Press ',
      'the ',
      'reset button. ',
    ]);
    expect(guard.push('按下重置')).toBe('按下重置');
  });

  it('reads endless words of hostile documents without end', () => {
    for (const word of ['a', 'a.', '/', 'a:', '&', '!', '![', '&sol;']) {
      const text = word.repeat(300_000 / word.length);
      const guard = createLinkGuard([text]);
      expect((guard.push(text) + guard.end()).length).toBeGreaterThan(0);
    }
  });

  it('gives the same however the text is cut, and never a link that is not known', () => {
    const piece = fc.constantFrom(
      'https://',
      'evil.example',
      '/?q=',
      'secret',
      'www.',
      'javascript:',
      'http:',
      '&sol;',
      '![',
      '](',
      ')',
      ' ',
      '\n',
      '\u200B',
      '\u202E',
      '水。',
      'https://docs.example.com/reset?step=1',
      '!',
      '[1]',
      '😀',
      '\r\n',
      'می\u200Cخواهم',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }),
        fc.array(fc.nat(120), { maxLength: 8 }),
        (pieces, cuts) => {
          const text = pieces.join('');
          const whole = through(text);
          expect(through(text, cuts)).toEqual(whole);
          const left = whole.text.replaceAll('https://docs.example.com/reset?step=1', 'known');
          expect(left).not.toMatch(/\/\/|http:\S|&sol;|www\.\w|javascript:\S|!\[(?!1)/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
