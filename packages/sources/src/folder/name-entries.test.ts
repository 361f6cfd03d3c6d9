import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameEntries } from './name-entries.ts';
import { type RawPath, rawPathOf, rawPathOfText } from './raw-path.ts';

const gbk = raw('d6d0cec4'); // 中文
const latin = raw('636166e9'); // café

describe('nameEntries', () => {
  it('calls UTF-8 by its text in NFC', () => {
    expect(called(rawPathOfText('a b.md'), rawPathOfText('文档'), rawPathOfText('u\u0308'))).toEqual([
      'a b.md',
      '文档',
      '\u00fc',
    ]);
  });

  it('reads what is no UTF-8 as GB18030, and escapes what is neither', () => {
    expect(called(gbk, latin, raw('ff2541'), raw('aaa1'))).toEqual(['中文', 'caf%E9', '%FF%25A', '%AA%A1']);
  });

  it('lets UTF-8 keep its name where others would be called the same', () => {
    expect(called(gbk, rawPathOfText('中文'))).toEqual(['%D6%D0%CE%C4', '中文']);
    expect(called(latin, rawPathOfText('caf%E9'))).toEqual([
      expect.stringMatching(/^caf%E9~[\w-]{22}$/),
      'caf%E9',
    ]);
    const angstrom = rawPathOfText('\u212b');
    const decomposed = rawPathOfText('A\u030a');
    expect(called(angstrom, decomposed)).toEqual(['\u212b', '\u00c5']);
    expect(called(angstrom, decomposed, rawPathOfText('\u00c5'))).toEqual(['\u212b', 'A\u030a', '\u00c5']);
  });

  it('calls no two names the same, whatever their order', () => {
    const letters = ['41', '25', '4539', 'e9', 'd6d0', 'e4b8ad', '41cc8a', 'e284ab', 'c385', '80', 'a2e3'];
    const name = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.uniqueArray(
          name.map((parts) => raw(parts.join(''))),
          { maxLength: 12 },
        ),
        (names) => {
          const texts = nameEntries(names);
          expect(new Set(texts.values()).size).toBe(names.length);
          const reversed = nameEntries([...names].reverse());
          for (const each of names) expect(reversed.get(each)).toBe(texts.get(each));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

function raw(hex: string): RawPath {
  return rawPathOf(Buffer.from(hex, 'hex'));
}

function called(...names: RawPath[]): (string | undefined)[] {
  const texts = nameEntries(names);
  return names.map((name) => texts.get(name));
}
