import { type FailureReason, maxDocumentBytes, type Sha256, sha256 } from '@winnow/core';
import type { DocumentRecord, ParsedRecord, RecordReader } from './record.ts';
import type { RecordBytes } from './split-lines.ts';

export type Understood =
  | Exclude<ParsedRecord, { kind: 'malformed' }>
  | { readonly kind: 'failed'; readonly reason: FailureReason }
  /** The file ends within it. */
  | { readonly kind: 'cut' };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What the bytes of a record say. */
export function understand(raw: RecordBytes, reader: RecordReader): Understood {
  if (raw.bytes === null) {
    const message = `the record has ${raw.length} bytes; the limit is ${maxDocumentBytes}`;
    return { kind: 'failed', reason: { code: 'too_large', message } };
  }
  let text: string;
  try {
    text = utf8.decode(raw.bytes);
  } catch {
    if (!raw.isEnded) return { kind: 'cut' };
    return { kind: 'failed', reason: { code: 'undecodable', message: 'the record is not UTF-8' } };
  }
  const parsed = reader.parse(text);
  if (parsed.kind !== 'malformed') return parsed;
  if (!raw.isEnded && parsed.mayBeCut) return { kind: 'cut' };
  return { kind: 'failed', reason: { code: 'malformed', message: parsed.message } };
}

/** Over what makes the document, so that a record written differently with the same content is the same. */
export function hashOf({ title, text, metadata }: DocumentRecord): Sha256 {
  return sha256(JSON.stringify([title, text, metadata]));
}
