import { describe, expect, test } from 'vitest';
import { proseOf, rowText } from './shown-text.ts';

describe('a row as it is shown', () => {
  test.each([
    [
      ['Fish room', '- 18 °C', '> 30 days', '< 60 %'],
      'Room: Fish room; Lowest: - 18 °C; Time: > 30 days; Humidity: < 60 %',
    ],
    [
      ['Paracetin', '3. dose only', '* , - / ?', '—'],
      'Room: Paracetin; Lowest: 3. dose only; Time: * , - / ?',
    ],
    [['Sandbox', '✅', '❌', '-'], 'Room: Sandbox; Lowest: ✅; Time: ❌'],
    [['-', 'takes a file away', '', 'one<br>two'], 'Room: -; Lowest: takes a file away; Humidity: one two'],
  ])('%j keeps its signs', (cells, shown) => {
    expect(rowText(cells, ['Room', 'Lowest', 'Time', 'Humidity'])).toBe(shown);
  });
});

describe('prose as it is shown', () => {
  test.each([
    ['- Use `<p>`, never `<table>`.', 'Use `<p>`, never `<table>`.'],
    ['Write `[label](page.md)` or `![alt](a.png)`.', 'Write `[label](page.md)` or `![alt](a.png)`.'],
    ['See [`compact`](./compact.md) and <b>that</b>.', 'See `compact` and that.'],
    // Signs of a font of icons, such as we use ourselves meanwhile.
    ['Press \u{E000}7\u{E001} or `Esc`.', 'Press \u{E000}7\u{E001} or `Esc`.'],
    ['The mode is `argv[2]`.', 'The mode is `argv[2]`.'],
    ['3. Deploy<br/>everywhere.', 'Deploy everywhere.'],
    ['The second is argv[1], as they say [1].', 'The second is argv[1], as they say.'],
    ['备份文件保存三十\n天，每天\n2 点', '备份文件保存三十天，每天 2 点'],
  ])('%j', (text, shown) => {
    expect(proseOf(text)).toBe(shown);
  });
});
