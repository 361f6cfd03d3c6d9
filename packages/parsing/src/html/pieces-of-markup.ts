import { parseHTML } from 'linkedom';
import type { Piece } from '../pieces/piece.ts';
import { type DomElement, htmlPieces } from './html-pieces.ts';
import { isTooHardForTree } from './is-too-hard.ts';
import { stripTags } from './strip-tags.ts';

/** All that a document says which was made HTML of by another reader: no part of it is navigation. */
export function piecesOfMarkup(html: string): {
  readonly pieces: readonly Piece[];
  readonly warnings: readonly string[];
} {
  if (!isTooHardForTree(html)) {
    try {
      const whole = /<body[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`;
      const root: DomElement = parseHTML(whole).document.documentElement;
      return { pieces: htmlPieces(root.querySelector('body') ?? root), warnings: [] };
    } catch {
      // Nested too deep for the stack: the text is still there.
    }
  }
  const paragraphs = stripTags(html).split(/\n\s*\n/);
  return {
    pieces: paragraphs.map((text) => ({ kind: 'paragraph', text, level: 0 })),
    warnings: [
      'The document is too large or too deep for its structure to be read; only its text was taken.',
    ],
  };
}
