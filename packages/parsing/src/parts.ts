import type { Block, FailureReason, Metadata, ParseResult } from '@winnow/core';
import { type Piece, renderPieces } from './pieces/piece.ts';

/** A document as its format's reader understood it. */
interface Parts {
  readonly title: string | null;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata: Metadata;
  readonly warnings: readonly string[];
}

export type Read = { readonly ok: true; readonly parts: Parts } | Extract<ParseResult, { ok: false }>;

/** Parts whose text is made of pieces. */
export function partsOfPieces(
  pieces: readonly Piece[],
  rest: {
    readonly title?: string | null;
    readonly metadata?: Metadata;
    readonly warnings?: readonly string[];
  } = {},
): Read {
  const { title = null, metadata = {}, warnings = [] } = rest;
  return { ok: true, parts: { ...renderPieces(pieces), title, metadata, warnings } };
}

export function refused(code: FailureReason['code'], message: string): Extract<ParseResult, { ok: false }> {
  return { ok: false, reason: { code, message } };
}
