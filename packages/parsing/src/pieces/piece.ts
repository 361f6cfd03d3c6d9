import type { Block, Place } from '@winnow/core';
import { createBlockBuilder } from '../block-builder.ts';
import { cleanText } from '../bytes/clean-text.ts';

/** A part of a document as plain text, before it has an offset. */
export interface Piece {
  readonly kind: Block['kind'];
  readonly text: string;
  /** Of a heading, 1 for the outermost; 0 for the rest. */
  readonly level: number;
  readonly place?: Place;
}

/** Pieces as one text with empty lines between them, and where each is in it. Empty ones are left out. */
export function renderPieces(pieces: readonly Piece[]): { text: string; blocks: readonly Block[] } {
  const clean = pieces
    .map((piece) => ({ ...piece, text: cleanText(piece.text).trim() }))
    .filter(({ text }) => text !== '');
  const text = clean.map((piece) => piece.text).join('\n\n');
  const builder = createBlockBuilder(text);
  let at = 0;
  for (const { kind, text: own, level, place } of clean) {
    builder.moveTo(place ?? {});
    if (kind === 'heading') builder.heading(level, own, at, at + own.length);
    else builder.add(kind, at, at + own.length);
    at += own.length + 2;
  }
  return { text, blocks: builder.blocks };
}

/** The number of UTF-16 code units in all of them. */
export function lengthOfPieces(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.length, 0);
}
