/** Chooses by numbers in [0, 1). */
export interface Choice {
  number(below: number): number;
  of<Value>(values: readonly Value[]): Value;
  chance(share: number): boolean;
}

export function choiceOf(random: () => number): Choice {
  const number = (below: number) => Math.floor(random() * below);
  return {
    number,
    of<Value>(values: readonly Value[]): Value {
      const value = values[number(values.length)];
      if (value === undefined) throw new RangeError('there is nothing to choose from');
      return value;
    },
    chance: (share) => random() < share,
  };
}

/** Short texts that something somewhere takes for more than text. */
const fragments: readonly string[] = [
  'pump',
  'the badge reader',
  '索引',
  'ﷺ',
  'é',
  'e\u0301\u0301\u0301',
  '\u202Eevil\u202C',
  '\u200B',
  '\uFEFF',
  '\u0000',
  '\uD800',
  '\uDC00',
  '\u{E0041}',
  '👩‍👩‍👧‍👦',
  '\u0007',
  '"',
  "'",
  '\\',
  '*',
  '?',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '^',
  '~',
  ':',
  'NEAR(',
  'AND',
  'OR',
  'NOT',
  'a*',
  '"a" OR "b"',
  "'; DROP TABLE chunks; --",
  '%',
  '_',
  '{{7*7}}',
  '../../etc',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '![x](https://e.example/?q=1)',
  '&lt;',
  '&#x0;',
  '&amp;amp;',
  '<!--',
  ']]>',
  '<![CDATA[',
  '```',
  '`',
  '\n',
  '\r\n',
  '\u2028',
  '\t',
  ' '.repeat(40),
  '[1]',
  '[^1]',
  '[1-3]',
  '(a+)+$',
  '1e999',
  '-0',
  '999999999999999999999',
  'NaN',
  '٣',
  '①',
  '〇',
  'ß'.repeat(20),
];

/** Short, of unusual parts; or long, of one part over and over. */
export function hostileText(choice: Choice, maxLength: number): string {
  if (choice.chance(0.3))
    return repeated(choice.of(fragments), choice.chance(0.5) ? maxLength : choice.number(maxLength));
  if (choice.chance(0.2)) return distinctWords(choice, maxLength);
  const parts = Array.from({ length: 1 + choice.number(30) }, () => choice.of(fragments));
  return parts.join(choice.chance(0.5) ? ' ' : '').slice(0, maxLength);
}

/** As many different words as there is room for. */
export function distinctWords(choice: Choice, length: number): string {
  const start = choice.number(1_000_000);
  let text = '';
  for (let word = start; text.length < length; word += 1) text += `${word.toString(36)} `;
  return text.slice(0, length);
}

export function repeated(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}
