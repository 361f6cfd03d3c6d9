import { isUtf8 } from 'node:buffer';
import { sep } from 'node:path';
import { parseJson, type ScanCursor, type SourceLocation } from '@winnow/core';

declare const brand: unique symbol;

/**
 * A path, or a name in it, as the file system spells it, whatever encoding that is: each byte is one character, so
 * that it compares and joins like a string and loses nothing.
 */
export type RawPath = string & { readonly [brand]: 'RawPath' };

/** The folder that a source is of, as a relative path. */
export const rootPath = '' as RawPath;

export function rawPathOf(bytes: Buffer): RawPath {
  return bytes.toString('latin1') as RawPath;
}

/** Of text that is spelled in UTF-8. */
export function rawPathOfText(text: string): RawPath {
  return /^[\0-\x7f]*$/.test(text) ? (text as RawPath) : rawPathOf(Buffer.from(text));
}

/** For a call of the file system. */
export function bytesOf(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1');
}

export function joinPaths(folder: RawPath, name: RawPath): RawPath {
  if (folder === '' || name === '') return (folder + name) as RawPath;
  return (folder.endsWith(sep) ? folder + name : `${folder}/${name}`) as RawPath;
}

/** Whether a real path is the root or below it. */
export function isInside(root: RawPath, target: RawPath): boolean {
  return target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** As JSON can hold it: as text where it is text, else its bytes. */
export function locationOf(path: RawPath): SourceLocation {
  const bytes = bytesOf(path);
  return isUtf8(bytes) ? { path: bytes.toString() } : { bytes: bytes.toString('base64url') };
}

/** @returns null where the location has no path, as of a document that could not be read. */
export function pathOfLocation({ path, bytes }: SourceLocation): RawPath | null {
  if (typeof path === 'string') return rawPathOfText(path);
  return typeof bytes === 'string' ? rawPathOf(Buffer.from(bytes, 'base64url')) : null;
}

export function cursorOf(path: RawPath): ScanCursor {
  return JSON.stringify(locationOf(path));
}

/** @returns null for a cursor that is of no folder. */
export function pathOfCursor(cursor: ScanCursor): RawPath | null {
  const location = parseJson(cursor);
  return typeof location === 'object' && location !== null ? pathOfLocation({ ...location }) : null;
}
