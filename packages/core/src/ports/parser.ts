import type { FailureReason, ParsedDocument, RawDocument } from '../document.ts';

export type ParseResult =
  | { readonly ok: true; readonly document: ParsedDocument }
  | { readonly ok: false; readonly reason: FailureReason };

/** Bytes → structured text. Pure: the same bytes always give the same text. Never throws for bad input. */
export type Parse = (raw: RawDocument) => ParseResult;
