import { detectWideEncoding } from './detect-wide-encoding.ts';
import { isSigned, type Sniffed, sniffBinary } from './sniff-binary.ts';

/** What bytes are that are no text in any encoding; null where they may be text. */
export function sniff(bytes: Uint8Array): Sniffed | null {
  const isText = !isSigned(bytes) && detectWideEncoding(bytes) !== null;
  return isText ? null : sniffBinary(bytes);
}
