import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jaccardOf, numbersAgree } from './compare-features.ts';
import { looseShinglesOf, maxComparedLength, shingleLength, textFeaturesOf } from './text-features.ts';

const words = fc.array(fc.stringMatching(/^[a-z专利申请0-9]{1,9}$/), { minLength: 1, maxLength: 30 });

describe('textFeaturesOf', () => {
  it('does not see case, width, punctuation and spacing', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('  ', '\n', ', ', ' — ', '。'), (some, seam) => {
        const plain = textFeaturesOf(some.join(' '));
        expect(textFeaturesOf(` ${some.join(seam)}! `)).toEqual(plain);
        expect(textFeaturesOf(some.join(' ').toUpperCase())).toEqual(plain);
      }),
    );
    expect(textFeaturesOf('ＡＢＣ１２３')).toEqual(textFeaturesOf('abc123'));
  });

  it('counts each run of characters once, in ascending order', () => {
    fc.assert(
      fc.property(words, (some) => {
        const text = some.join(' ');
        const runs = new Set<string>();
        for (let at = 0; at + shingleLength <= text.length; at++)
          runs.add(text.slice(at, at + shingleLength));
        const { shingles } = textFeaturesOf(text);
        expect(shingles).toHaveLength(Math.max(1, runs.size));
        expect(shingles).toEqual(shingles.toSorted());
        expect(new Set(looseShinglesOf(text))).toEqual(new Set(shingles));
      }),
    );
  });

  it('has nothing of a text without letters and digits', () => {
    expect(textFeaturesOf(' … — !').shingles).toHaveLength(0);
    expect(jaccardOf(textFeaturesOf('').shingles, textFeaturesOf('').shingles)).toBe(0);
  });

  it('looks at a bounded part of a text', () => {
    const long = 'ab'.repeat(maxComparedLength / 2);
    expect(textFeaturesOf(`${long}something else`)).toEqual(textFeaturesOf(long));
  });
});

describe('jaccardOf', () => {
  it('is the share of common elements', () => {
    const sets = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(sets, sets, (left, right) => {
        const shared = left.filter((value) => right.includes(value)).length;
        const measured = jaccardOf(Uint32Array.from(left).sort(), Uint32Array.from(right).sort());
        expect(measured).toBeCloseTo(shared / new Set([...left, ...right]).size, 12);
      }),
    );
  });
});

describe('numbersAgree', () => {
  const agree = (left: string, right: string) => numbersAgree(textFeaturesOf(left), textFeaturesOf(right));

  it('parts records that differ in their number', () => {
    expect(agree("Editor's notes, 1998", "Editor's notes, 1999")).toBe(false);
    expect(agree('第3版的说明', '第4版的说明')).toBe(false);
  });

  it('lets a text without numbers be like any other, and some numbers be new', () => {
    expect(agree('Release notes', 'Release notes, 2024')).toBe(true);
    expect(agree('ports 80 and 443', 'ports 80, 443 and 8080')).toBe(true);
  });
});
