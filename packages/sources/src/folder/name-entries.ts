import { isUtf8 } from 'node:buffer';
import { shortHash } from '@winnow/core';
import { bytesOf, type RawPath } from './raw-path.ts';

/**
 * What the names of one folder are called in ids: text in NFC, the same on every file system. Names that are no
 * UTF-8 are read as GB18030 if they can be, else their foreign bytes are written `%E9`. No two names of a folder
 * are called the same: who comes later, by its bytes and after all UTF-8, keeps its own spelling or is escaped.
 * @param names each once.
 */
export function nameEntries(names: readonly RawPath[]): ReadonlyMap<RawPath, string> {
  const called = new Map<RawPath, string>();
  const taken = new Set<string>();
  const call = (name: RawPath, text: string): void => {
    called.set(name, text);
    taken.add(text);
  };
  const composable: RawPath[] = [];
  const foreign: RawPath[] = [];
  for (const name of names) {
    const bytes = isAscii(name) ? null : bytesOf(name);
    const text = bytes === null ? name : bytes.toString();
    if (bytes !== null && !isUtf8(bytes)) foreign.push(name);
    else if (text !== text.normalize('NFC')) composable.push(name);
    else call(name, text);
  }
  for (const name of composable.sort(byBytes)) {
    const text = bytesOf(name).toString();
    const composed = text.normalize('NFC');
    call(name, taken.has(composed) ? text : composed);
  }
  for (const name of foreign.sort(byBytes)) {
    let text = spellings(name).find((spelling) => !taken.has(spelling));
    if (text === undefined) {
      text = `${escaped(name)}~${shortHash(name)}`;
      while (taken.has(text)) text += '~';
    }
    call(name, text);
  }
  return called;
}

function spellings(name: RawPath): readonly string[] {
  const text = fromGb18030(name);
  return text === null ? [escaped(name)] : [text, escaped(name)];
}

const gb18030 = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });
/** Control, format, unassigned and private characters, and line breaks: nobody names a file so in Chinese. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/u;

function fromGb18030(name: RawPath): string | null {
  try {
    const text = gb18030.decode(bytesOf(name)).normalize('NFC');
    return unprintable.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** One character is one byte: all that ASCII does not print, and the sign of escaping itself. */
function escaped(name: RawPath): string {
  return name.replace(/[^ -$&-~]/g, (byte) => {
    const code = byte.charCodeAt(0).toString(16).toUpperCase();
    return `%${code.padStart(2, '0')}`;
  });
}

function isAscii(name: string): boolean {
  return /^[\0-\x7f]*$/.test(name);
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
