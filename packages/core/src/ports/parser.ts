import type { FailureReason, ParsedDocument, RawDocument } from '../document.ts';

export type ParseResult =
  | { readonly ok: true; readonly document: ParsedDocument }
  | { readonly ok: false; readonly reason: FailureReason };

/**
 * Bytes → structured text. Pure: the same bytes always give the same text. Never rejects for bad input, but may take
 * any time and memory for it: to be run where both are bounded.
 */
export type Parse = (raw: RawDocument) => Promise<ParseResult>;
