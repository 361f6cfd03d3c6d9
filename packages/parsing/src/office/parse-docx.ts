import mammoth from 'mammoth';
import { piecesOfMarkup } from '../html/pieces-of-markup.ts';
import { partsOfPieces, type Read, refused } from '../parts.ts';

/** The arrow that mammoth puts behind a note. */
const backToText = / ?<a href="#(?:foot|end)note-ref-[^"]{1,40}">↑<\/a>/g;

/** A Word document: headings by their styles, lists, tables, footnotes. */
export async function parseDocx(bytes: Uint8Array): Promise<Read> {
  let html: string;
  try {
    const converted = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      {
        convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
        externalFileAccess: false,
        // Besides its own, which have headings.
        styleMap: ['p.Title => h1:fresh', "p[style-name='Title'] => h1:fresh"],
      },
    );
    html = converted.value.replaceAll(backToText, '');
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 120) : 'unknown';
    return refused('malformed', `the Word document is damaged: ${why}`);
  }
  const { pieces, warnings } = piecesOfMarkup(html);
  const first = pieces.find(({ kind, level }) => kind === 'heading' && level === 1);
  return partsOfPieces(pieces, { title: first?.text ?? null, warnings });
}
