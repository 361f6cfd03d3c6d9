const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen';
const units = `${small} seventeen eighteen nineteen`.split(' ');
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const ordinals =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');
const values: ReadonlyMap<string, number> = new Map([
  ...units.map((word, value) => [word, value] as const),
  ...tens.map((word, index) => [word, (index + 2) * 10] as const),
  ['dozen', 12],
]);
/** Words that multiply what stands before them, in English and Chinese. */
export const scales: ReadonlyMap<string, number> = new Map([
  ['hundred', 1e2],
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
  ['trillion', 1e12],
  ['千', 1e3],
  ['百万', 1e6],
  ['万', 1e4],
  ['萬', 1e4],
  ['亿', 1e8],
  ['億', 1e8],
]);

const word = [...values.keys(), ...scales.keys()].filter((one) => /^[a-z]/.test(one)).join('|');
/** A number in English words: `three`, `twenty-five`, `two hundred and five`. */
export const englishNumber = new RegExp(`\\b(?:${word})(?:(?:[\\s-]+|\\s+and\\s+)(?:${word}))*\\b`, 'giu');

/** @returns the value of what {@link englishNumber} found. */
export function valueOfEnglish(words: string): number {
  let total = 0;
  let current = 0;
  for (const one of words.toLowerCase().split(/[\s-]+/)) {
    const scale = scales.get(one);
    if (scale === undefined) current += values.get(one) ?? 0;
    else if (scale === 100) current = Math.max(current, 1) * scale;
    else {
      total += Math.max(current, 1) * scale;
      current = 0;
    }
  }
  return total + current;
}

/** `third` → 3; null for another word. */
export function valueOfOrdinal(text: string): number | null {
  const value = ordinals.indexOf(text.toLowerCase());
  return value < 1 ? null : value;
}

const hanDigits = '零一二三四五六七八九';
const hanUnits: ReadonlyMap<string, number> = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1_000],
  ['万', 1e4],
  ['萬', 1e4],
  ['亿', 1e8],
  ['億', 1e8],
]);
/** A number in Chinese characters: `三`, `二十五`, `两千`, `二〇二四`. */
export const chineseNumber = /[零〇一二三四五六七八九十百千万萬亿億两兩]+/gu;

/** @returns the value of what {@link chineseNumber} found; digits alone are read one by one (`二〇二四` → 2024). */
export function valueOfChinese(text: string): number {
  const digits = text.replaceAll('〇', '零').replace(/[两兩]/gu, '二');
  if (/^[零一二三四五六七八九]{2,}$/u.test(digits)) {
    return Number([...digits].map((digit) => hanDigits.indexOf(digit)).join(''));
  }
  let total = 0;
  let section = 0;
  let digit = 0;
  for (const character of digits) {
    const unit = hanUnits.get(character);
    if (unit === undefined) digit = hanDigits.indexOf(character);
    else if (unit < 1e4) {
      section += Math.max(digit, 1) * unit;
      digit = 0;
    } else {
      total = (total + Math.max(section + digit, 1)) * unit;
      section = 0;
      digit = 0;
    }
  }
  return total + section + digit;
}

const romanDigits: ReadonlyMap<string, number> = new Map([
  ['I', 1],
  ['V', 5],
  ['X', 10],
  ['L', 50],
  ['C', 100],
]);

/** `XLIX` → 49. */
export function valueOfRoman(numeral: string): number {
  const values = [...numeral].map((digit) => romanDigits.get(digit) ?? 0);
  return values.reduce(
    (sum, value, index) => (value < (values[index + 1] ?? 0) ? sum - value : sum + value),
    0,
  );
}
