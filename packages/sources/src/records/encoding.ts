export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'windows-1252';

/** How much of a file is looked at to tell its encoding. */
export function headBytesOf(encodings: 'unicode' | 'any'): number {
  return encodings === 'any' ? 4 * 1024 * 1024 : 2;
}

/**
 * The encoding of a file, by its mark or by what its bytes can be.
 * @param encodings `unicode`: UTF-8, or UTF-16 with a mark; `any`: also GB18030 and windows-1252.
 */
export function encodingOf(head: Uint8Array, encodings: 'unicode' | 'any'): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (encodings === 'unicode' || fits(head, 'utf-8')) return 'utf-8';
  return fits(head, 'gb18030') && !isWestern(head) ? 'gb18030' : 'windows-1252';
}

/** Most foreign bytes stand alone, or are two behind a letter, as accented ones do: `Gr\xf6\xdfe`. In GB18030 hardly any do. */
function isWestern(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  let runs = 0;
  let accented = 0;
  for (const [run, letter] of text.matchAll(/([A-Za-z]?)[\x80-\xff]+/g)) {
    runs += 1;
    if (run.length - (letter?.length ?? 0) <= (letter === '' ? 1 : 2)) accented += 1;
  }
  return accented * 2 > runs;
}

/** Some bytes may be broken, and the last character cut off: hardly any of many is enough. */
function fits(head: Uint8Array, encoding: Encoding): boolean {
  const text = new TextDecoder(encoding).decode(head);
  const foreign = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken * 20 <= foreign;
}
