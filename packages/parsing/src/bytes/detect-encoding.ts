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

const sampleBytes = 65_536;

/**
 * The likeliest encoding of text that is not UTF-8, by the frequencies of its characters. Of equal ones GB18030
 * comes first: it is the commonest by far. What decodes with broken characters is passed over.
 * @returns a label of TextDecoder; `windows-1252`, which has a character for every byte, where nothing fits.
 */
export function detectEncoding(bytes: Uint8Array): string {
  const firstForeign = bytes.findIndex((byte) => byte >= 0x80);
  const sample = bytes.subarray(Math.max(0, firstForeign - 256), firstForeign + sampleBytes);
  const candidates = analyse(sample)
    .flatMap(({ name, confidence }) => {
      const encoding = encodings.get(name);
      return encoding === undefined || confidence === 0 ? [] : [{ encoding, confidence }];
    })
    .sort(
      (a, b) =>
        b.confidence - a.confidence || Number(b.encoding === 'gb18030') - Number(a.encoding === 'gb18030'),
    );
  return candidates.find(({ encoding }) => fits(sample, encoding))?.encoding ?? 'windows-1252';
}

/** Both ends of the sample may cut a character. */
function fits(sample: Uint8Array, encoding: string): boolean {
  const text = new TextDecoder(encoding).decode(sample);
  const foreign = text.match(/\P{ASCII}/gu)?.length ?? 0;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken <= 1 + foreign / 20;
}
