import { analyse } from 'chardet';

/** What a detector's name is decoded as: always the largest set that holds it. Others are not considered. */
const encodings: ReadonlyMap<string, string> = new Map([
  ['GB18030', 'gb18030'],
  ['Big5', 'big5'],
  ['Shift_JIS', 'shift_jis'],
  ['EUC-JP', 'euc-jp'],
  ['EUC-KR', 'euc-kr'],
  ['ISO-8859-1', 'windows-1252'],
  ['windows-1252', 'windows-1252'],
  ['ISO-8859-2', 'iso-8859-2'],
  ['windows-1250', 'windows-1250'],
  ['ISO-8859-5', 'iso-8859-5'],
  ['windows-1251', 'windows-1251'],
  ['KOI8-R', 'koi8-r'],
  ['ISO-8859-7', 'iso-8859-7'],
  ['windows-1253', 'windows-1253'],
  ['ISO-8859-9', 'windows-1254'],
  ['windows-1254', 'windows-1254'],
  ['ISO-8859-6', 'iso-8859-6'],
  ['windows-1256', 'windows-1256'],
  ['ISO-8859-8', 'iso-8859-8'],
  ['windows-1255', 'windows-1255'],
  ['windows-1257', 'windows-1257'],
  ['windows-1258', 'windows-1258'],
]);

/** With two bytes for a character. */
const eastern: ReadonlySet<string> = new Set(['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr']);
const sampleBytes = 65_536;
/** Has a character for every byte. */
const western = 'windows-1252';
/** What the detector gives for bytes that are possible in an encoding, and no more. */
const unsure = 10;

/**
 * The likeliest encoding of text that is not UTF-8, by the frequencies of its characters. Of equal ones GB18030
 * comes first: it is the commonest by far. What decodes with broken characters is passed over.
 * @returns a label of TextDecoder; `windows-1252`, which has a character for every byte, where nothing fits.
 */
export function detectEncoding(bytes: Uint8Array): string {
  const firstForeign = bytes.findIndex((byte) => byte >= 0x80);
  const sample = bytes.subarray(Math.max(0, firstForeign - 256), firstForeign + sampleBytes);
  const [best, ...others] = analyse(sample)
    .flatMap(({ name, confidence }) => {
      const encoding = encodings.get(name);
      return encoding === undefined || confidence === 0 ? [] : [{ encoding, confidence }];
    })
    .sort((a, b) => b.confidence - a.confidence || rank(a.encoding) - rank(b.encoding))
    .filter(({ encoding }) => fits(sample, encoding));
  if (best === undefined) return western;
  const isUnsure = best.confidence <= unsure && others.every(({ confidence }) => confidence <= unsure);
  if ((isUnsure || !eastern.has(best.encoding)) && looksJapanese(sample)) return 'shift_jis';
  return isUnsure && hasAccentedWords(sample) ? western : best.encoding;
}

function rank(encoding: string): number {
  return encoding === 'gb18030' ? 0 : 1;
}

/** Half of what it would be in Shift-JIS is kana, and hardly any of it would be a common character in Chinese. */
function looksJapanese(sample: Uint8Array): boolean {
  if (!fits(sample, 'shift_jis')) return false;
  const japanese = new TextDecoder('shift_jis').decode(sample);
  const kana = japanese.match(/[\u3041-\u30ff]/g)?.length ?? 0;
  const text = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength).toString('latin1');
  const common = text.match(/[\xb0-\xf7][\xa1-\xfe]/g)?.length ?? 0;
  return kana * 2 >= (japanese.match(/\P{ASCII}/gu)?.length ?? 0) && common * 4 < kana;
}

/** One or two foreign bytes after an ASCII letter, more often than not: `Gr\xfc\xdfe`. */
function hasAccentedWords(sample: Uint8Array): boolean {
  const text = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength).toString('latin1');
  const runs = text.match(/[\x80-\xff]+/g)?.length ?? 0;
  const accents = text.match(/[A-Za-z][\x80-\xff]{1,2}(?![\x80-\xff])/g)?.length ?? 0;
  return accents * 2 > runs;
}

const privateUse = /\p{Co}/u;

/** Both ends of the sample may cut a character. What an encoding leaves to its users stands in no text. */
function fits(sample: Uint8Array, encoding: string): boolean {
  const text = new TextDecoder(encoding).decode(sample);
  const foreign = text.match(/\P{ASCII}/gu)?.length ?? 0;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken <= 1 + foreign / 20 && !privateUse.test(text);
}
