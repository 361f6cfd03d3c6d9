import type { RawDocument } from '@winnow/core';
import { piecesOfMarkup } from '../html/pieces-of-markup.ts';
import { partsOfPieces, type Read } from '../parts.ts';

/** The title is the source's, where it has one: the markup's own is often that of a template. */
export function readConverted({ content }: Pick<RawDocument, 'content'>): Read {
  const { pieces, warnings } = piecesOfMarkup(new TextDecoder().decode(content));
  const first = pieces.find(({ kind, level }) => kind === 'heading' && level === 1);
  return partsOfPieces(pieces, { title: first?.text ?? null, warnings });
}
