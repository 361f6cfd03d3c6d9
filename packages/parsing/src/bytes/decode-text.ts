import { isUtf8 } from 'node:buffer';
import { detectEncoding } from './detect-encoding.ts';
import { detectWideEncoding } from './detect-wide-encoding.ts';

export type Decoded =
  | { readonly ok: true; readonly text: string; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** ISO-2022 shifts to its character sets by escape sequences: `ESC $ B`, `ESC $ ) A`. */
const shift = '\u001b';

/**
 * Bytes → text: by byte order mark, by being valid UTF-8, by the declared encoding, by the frequencies of
 * characters. A few broken bytes and a character cut off at the end cost themselves only.
 * @param declared what the document says of itself, such as an HTML page's charset; null if it says nothing.
 */
export function decodeText(bytes: Uint8Array, declared: string | null): Decoded {
  const wide = detectWideEncoding(bytes);
  if (wide === 'utf-32') {
    return { ok: false, message: 'it is in UTF-32, which hardly anything reads: save it as UTF-8' };
  }
  if (wide !== null) return decodeAs(bytes, wide, []);
  if (bytes.includes(shift.charCodeAt(0)) && isUtf8(bytes)) {
    const shifted = decodeShifted(bytes);
    if (shifted !== null) return shifted;
  }
  if (isUtf8(bytes)) return decodeAs(bytes, 'utf-8', []);
  const broken = decodeAs(bytes, 'utf-8', []);
  if (broken.ok && isNearlyWhole(broken.text)) return broken;
  const named = declared === null ? null : knownEncoding(declared);
  if (named !== null && named !== 'utf-8') return decodeAs(bytes, named, []);
  const guessed = detectEncoding(bytes);
  return decodeAs(bytes, guessed, [`The encoding was guessed: ${guessed}.`]);
}

function decodeShifted(bytes: Uint8Array): Decoded | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const shifts = new Set(text.split(shift).map((part) => part.slice(0, 3)));
  const has = (pattern: RegExp): boolean => [...shifts].some((shift) => pattern.test(shift));
  if (has(/^\$(?:[)*+][A-Z]|A)/)) {
    return { ok: false, message: 'it is in ISO-2022-CN or ISO-2022-KR: save it as UTF-8' };
  }
  return has(/^\$[@B]/) ? decodeAs(bytes, 'iso-2022-jp', []) : null;
}

function decodeAs(bytes: Uint8Array, encoding: string, warnings: readonly string[]): Decoded {
  const decoded = new TextDecoder(encoding).decode(bytes);
  // A character that was cut off is nothing that anybody wrote.
  const text = decoded.endsWith('\ufffd') ? decoded.slice(0, -1) : decoded;
  const lost = countOf(/\ufffd/g, text) + (decoded.length - text.length);
  if (lost === 0) return { ok: true, text, warnings };
  return {
    ok: true,
    text,
    warnings: [...warnings, `${lost} characters could not be decoded as ${encoding}.`],
  };
}

/** One broken character in twenty, or none but the last: it was written as UTF-8 and damaged later. */
function isNearlyWhole(text: string): boolean {
  const foreign = countOf(/\P{ASCII}/gu, text);
  return foreign > 0 && countOf(/\ufffd/g, text) * 20 <= foreign;
}

/** The encoding's canonical name; null where it is unknown. GB2312 and GBK are read as GB18030, which has both. */
function knownEncoding(label: string): string | null {
  try {
    const { encoding } = new TextDecoder(label.trim());
    if (encoding === 'x-user-defined') return null;
    return encoding === 'gbk' ? 'gb18030' : encoding;
  } catch {
    return null;
  }
}

function countOf(pattern: RegExp, text: string): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) count += 1;
  return count;
}
