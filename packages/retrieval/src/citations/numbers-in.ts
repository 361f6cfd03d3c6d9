import { datesIn, type WrittenDate, withoutDates } from './dates-in.ts';
import {
  chineseNumber,
  englishNumber,
  scales,
  valueOfChinese,
  valueOfEnglish,
  valueOfOrdinal,
  valueOfRoman,
} from './number-words.ts';

const thousands = /(?<=\d)[,，](?=\d{3}(?!\d))/g;
/** `p53`, `IL-6`, `Arp2/3`: a number of a name, which is compared with it. */
const ofName = /(?:[\p{Script=Latin}\p{Script=Greek}]|\p{Lu}-|\p{Script=Latin}\d*\/)$/u;
const digits = /\d+(?:\.\d+)*/g;
const scale = '\\s?(hundred|thousand|million|billion|trillion|百万|千|万|萬|亿|億)';
const scaleAfter = new RegExp(`^${scale}`, 'iu');
const scaledDigits = new RegExp(`\\d${scale}`, 'giu');
/** What a Chinese numeral counts; without it the character is mostly part of a word (`一些`, `百姓`). */
const counted =
  /^(?:[个個年月日号號天周週岁歲次人名位条條项項种種类類元块塊米吨噸届屆章节節篇部倍成]|小时|小時|分钟|分鐘|星期|世纪|世紀|公里|千克|美元)/u;
/** `XLIX`, `II`: of one letter it is as often something else. */
const roman = /\b[IVXLC]{2,8}\b/g;
const ordinal =
  /\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)\b/giu;

/** Every number that a text may be said to hold: digits, words, parts of dates, with and without their scale. */
export function numbersHeld(text: string): ReadonlySet<string> {
  const plain = plainOf(text);
  const held = new Set<string>();
  for (const date of datesIn(plain)) for (const form of formsOf(date)) held.add(form);
  for (const { value, scaled } of digitsIn(plain)) held.add(value).add(scaled);
  for (const [words] of plain.matchAll(englishNumber)) {
    held.add(String(valueOfEnglish(words)));
    for (const word of words.split(/[\s-]+/)) held.add(String(valueOfEnglish(word)));
  }
  for (const [characters] of plain.matchAll(chineseNumber)) held.add(String(valueOfChinese(characters)));
  for (const [numeral] of plain.matchAll(roman)) held.add(String(valueOfRoman(numeral)));
  for (const [word] of plain.matchAll(ordinal)) held.add(String(valueOfOrdinal(word)));
  return held;
}

/** A number of a claim: one of its forms must be held, all parts of the form. */
type Asked = readonly (readonly string[])[];

/**
 * The numbers that a claim states. `one` and `first` are no statement, nor are Chinese numerals that count nothing.
 */
export function numbersAsked(text: string): readonly Asked[] {
  const plain = plainOf(text);
  const dates = datesIn(plain);
  const rest = withoutDates(plain);
  const words = rest.replace(scaledDigits, ' ');
  return [
    ...dates.map(askedOf),
    ...digitsIn(rest)
      .filter(({ index }) => !ofName.test(rest.slice(Math.max(0, index - 8), index)))
      .map(({ scaled }) => [[scaled]]),
    ...[...words.matchAll(englishNumber)]
      .map(([number]) => valueOfEnglish(number))
      .filter((value) => value > 1)
      .map((value) => [[String(value)]]),
    ...[...words.matchAll(chineseNumber)]
      .filter(
        ({ 0: found, index }) => counted.test(words.slice(index + found.length)) || words[index - 1] === '第',
      )
      .map(([characters]) => valueOfChinese(characters))
      .filter((value) => value > 1)
      .map((value) => [[String(value)]]),
  ];
}

interface Digits {
  readonly index: number;
  readonly value: string;
  readonly scaled: string;
}

function digitsIn(text: string): readonly Digits[] {
  return [...text.matchAll(digits)].map(({ 0: written, index }) => {
    const value = written.split('.').length > 2 ? written : String(Number(written));
    const scaleWord = scaleAfter.exec(text.slice(index + written.length, index + written.length + 12))?.[1];
    const factor = scales.get(scaleWord?.toLowerCase() ?? '') ?? 1;
    return { index, value, scaled: factor === 1 ? value : String(Math.round(Number(written) * factor)) };
  });
}

function formsOf({ year, month, day }: WrittenDate): readonly string[] {
  const parts = [year, month, day].filter((part) => part !== null).map(String);
  const pairs = [year === null ? '' : `y${year}-${month}`, day === null ? '' : `${month}-${day}`];
  return [...parts, ...pairs.filter((pair) => pair !== ''), `y${year}-${month}-${day}`];
}

/** A whole date, or its parts apart where the source names the year elsewhere. */
function askedOf({ year, month, day }: WrittenDate): Asked {
  if (year === null) return [[`${month}-${day}`]];
  if (day === null) return [[`y${year}-${month}`]];
  return [[`y${year}-${month}-${day}`], [`${month}-${day}`, String(year)]];
}

function plainOf(text: string): string {
  return text.normalize('NFKC').replace(thousands, '');
}
