/** A value of JSON; objects are maps, so that no key can be mistaken for a property of every object. */
export type LooseValue = string | number | boolean | null | LooseArray | LooseObject;
type LooseArray = readonly LooseValue[];
export type LooseObject = ReadonlyMap<string, LooseValue>;

/** Deeper nesting is not read: no judge writes it. Bounds the work on hostile text too. */
const maxDepth = 8;
/** What follows is not read: far more than a model may write here. */
const maxLength = 200_000;

/**
 * Every object and array in a text, in order, read as JSON with the liberties that language models take:
 * text and code fences around, single or typographic quotes, names without quotes, commas too many or
 * missing, quote marks inside strings, full-width punctuation, an end that is cut off.
 *
 * What is read stands in the text; a number that the end of the text may have cut is left out. Proper JSON
 * reads as `JSON.parse` does. Never throws; linear in the length of the text.
 */
export function readLooseJson(text: string): readonly LooseValue[] {
  const values: LooseValue[] = [];
  const reader = createReader(text.slice(0, maxLength));
  for (let at = reader.nextOpening(0); at !== -1; ) {
    const read = reader.value(at, 0);
    if (read !== null && typeof read.value === 'object' && read.value !== null) values.push(read.value);
    at = reader.nextOpening(read === null ? at + 1 : Math.max(read.end, at + 1));
  }
  return values;
}

interface Read<Value> {
  readonly value: Value;
  readonly end: number;
}

const closersOf: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”“"',
  '”': '”"',
  '‘': '’‘',
  '’': '’',
};
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
const separator = /[\s,，;；]/;
const endsString = /(?:[,，;；:：}\]]|$)/y;
const bareName = /[\p{L}\p{N}_$-]{1,64}/uy;
const bareText = /[^,，}\]\n{["]{1,200}/y;
const words: ReadonlyMap<string, boolean | null> = new Map([
  ['null', null],
  ['none', null],
  ['true', true],
  ['false', false],
]);

function createReader(text: string) {
  const skip = (at: number, pattern: RegExp): number => {
    let end = at;
    while (end < text.length && pattern.test(text.charAt(end))) end++;
    return end;
  };

  function value(at: number, depth: number): Read<LooseValue> | null {
    const first = text.charAt(at);
    if (first === '{') return depth < maxDepth ? object(at, depth) : null;
    if (first === '[') return depth < maxDepth ? array(at, depth) : null;
    return first in closersOf ? string(at) : bare(at);
  }

  function object(at: number, depth: number): Read<LooseValue> | null {
    const pairs = new Map<string, LooseValue>();
    let end = skip(at + 1, separator);
    while (end < text.length && text.charAt(end) !== '}') {
      const read = pair(end, depth);
      if (read === null) return pairs.size === 0 ? null : { value: pairs, end };
      if (read.value !== undefined) pairs.set(...read.value);
      end = skip(read.end, separator);
    }
    return { value: pairs, end: end + 1 };
  }

  /** `value` is undefined where the text ends before the value does. */
  function pair(at: number, depth: number): Read<[string, LooseValue] | undefined> | null {
    const name = text.charAt(at) in closersOf ? string(at) : match(bareName, at);
    if (name === null) return null;
    const colon = skip(name.end, /\s/);
    if (colon >= text.length) return { value: undefined, end: colon };
    if (!/[:：]/.test(text.charAt(colon))) return null;
    const start = skip(colon + 1, /\s/);
    if (start >= text.length) return { value: undefined, end: start };
    const read = value(start, depth + 1);
    if (read === null) return null;
    const cut = typeof read.value === 'number' && read.end >= text.length;
    return { value: cut ? undefined : [name.value, read.value], end: read.end };
  }

  function array(at: number, depth: number): Read<LooseValue> | null {
    const items: LooseValue[] = [];
    let end = skip(at + 1, separator);
    while (end < text.length && text.charAt(end) !== ']') {
      const read = value(end, depth + 1);
      if (read === null) return items.length === 0 ? null : { value: items, end };
      if (typeof read.value !== 'number' || read.end < text.length) items.push(read.value);
      end = skip(read.end, separator);
    }
    return { value: items, end: end + 1 };
  }

  /** A quote mark ends a string where something follows that may follow a string. */
  function string(at: number): Read<string> {
    const closers = closersOf[text.charAt(at)] ?? '';
    let content = '';
    for (let end = at + 1; end < text.length; end++) {
      const char = text.charAt(end);
      if (char === '\\') {
        const escaped = unescaped(end);
        content += escaped.value;
        end = escaped.end - 1;
      } else if (closers.includes(char) && closes(end)) {
        return { value: content, end: end + 1 };
      } else content += char;
    }
    return { value: content, end: text.length };
  }

  function closes(at: number): boolean {
    const next = skip(at + 1, /\s/);
    endsString.lastIndex = next;
    return endsString.test(text) || text.slice(at + 1, next).includes('\n');
  }

  function unescaped(at: number): Read<string> {
    const code = text.charAt(at + 1);
    const hex = code === 'u' ? /^[0-9a-f]{4}/i.exec(text.slice(at + 2, at + 6)) : null;
    if (hex !== null) return { value: String.fromCharCode(Number.parseInt(hex[0], 16)), end: at + 6 };
    return { value: escapes[code] ?? code, end: at + 2 };
  }

  function bare(at: number): Read<LooseValue> | null {
    const read = match(bareText, at);
    if (read === null) return null;
    const content = read.value.trim();
    if (content === '') return null;
    const word = words.get(content.toLowerCase());
    if (word !== undefined) return { value: word, end: read.end };
    const number = /^[-+]?\d/.test(content) ? Number(content) : Number.NaN;
    return { value: Number.isNaN(number) ? content : number, end: read.end };
  }

  function match(pattern: RegExp, at: number): Read<string> | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    return found === null ? null : { value: found[0], end: at + found[0].length };
  }

  function nextOpening(from: number): number {
    const next = text.slice(from).search(/[{[]/);
    return next === -1 ? -1 : from + next;
  }

  return { value, nextOpening };
}
