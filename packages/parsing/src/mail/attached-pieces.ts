import { type DocumentId, type Parse, placeOf, sha256 } from '@winnow/core';
import { maxAttachments, maxTextLength } from '../limits.ts';
import type { Piece } from '../pieces/piece.ts';
import type { Attachment } from './read-mail.ts';

/** Headings of an attachment stand below its name, which stands below the mail's subject. */
const levelOfName = 2;

/** The names of what is attached, where it is not of the text. */
export function attachedNames(attachments: readonly Attachment[]): readonly Piece[] {
  if (attachments.length === 0) return [];
  const names = attachments.map(({ name }, index) => name ?? `attachment ${index + 1}`);
  return [{ kind: 'paragraph', text: `Attached: ${names.join(', ')}`, level: 0 }];
}

/** What is attached, each under its name; of pictures and what else cannot be read the name alone. */
export async function attachedPieces(
  attachments: readonly Attachment[],
  parse: Parse,
): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  let length = 0;
  for (const [index, { name, mediaType, content }] of attachments.entries()) {
    const shown = name ?? `attachment ${index + 1}`;
    pieces.push({ kind: 'heading', text: shown, level: levelOfName });
    if (index >= maxAttachments || length > maxTextLength) continue;
    const parsed = await parse({
      documentId: shown as DocumentId,
      content,
      mediaType,
      title: null,
      metadata: {},
      contentHash: sha256(content),
    });
    if (!parsed.ok) continue;
    const { text, blocks } = parsed.document;
    length += text.length;
    for (const block of blocks) {
      const level = block.kind === 'heading' ? levelOfName + block.headings.length : 0;
      const [marks = ''] =
        block.kind === 'heading' ? (/^#{1,6}\s+/.exec(text.slice(block.start, block.end)) ?? []) : [];
      const own = text.slice(block.start + marks.length, block.end);
      pieces.push({ kind: block.kind, text: own, level, place: placeOf(block) });
    }
  }
  return pieces;
}
