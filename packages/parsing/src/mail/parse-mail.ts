import { metadataOf, type Parse } from '@winnow/core';
import { piecesOfMarkup } from '../html/pieces-of-markup.ts';
import { partsOfPieces, type Read, refused } from '../parts.ts';
import type { Piece } from '../pieces/piece.ts';
import { attachedNames, attachedPieces } from './attached-pieces.ts';
import { type Mail, readMail } from './read-mail.ts';

/**
 * A message as its reader sees it: who wrote to whom and when, what, and what is attached.
 * @param parse of what is attached; null where that is not of the message's text.
 */
export async function parseMail(
  bytes: Uint8Array,
  format: 'eml' | 'msg',
  parse: Parse | null,
): Promise<Read> {
  const mail = await readMail(bytes, format);
  if (mail === null) return refused('malformed', 'the message is damaged: its parts cannot be read');
  const body =
    mail.text.trim() === '' ? piecesOfMarkup(mail.html) : { pieces: paragraphs(mail.text), warnings: [] };
  const attached =
    parse === null ? attachedNames(mail.attachments) : await attachedPieces(mail.attachments, parse);
  return partsOfPieces([...head(mail), ...body.pieces, ...attached], {
    title: mail.subject,
    metadata: metadataOf([
      ['author', mail.from || undefined],
      ['recipients', mail.to.length === 0 ? undefined : mail.to],
      ['published', mail.date ?? undefined],
    ]),
    warnings: body.warnings,
  });
}

function head({ subject, from, to, date }: Mail): readonly Piece[] {
  const lines = [
    ['From', from],
    ['To', to.join(', ')],
    ['Date', date ?? ''],
  ].flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]));
  return [
    { kind: 'heading', text: subject ?? '', level: 1 },
    { kind: 'paragraph', text: lines.join('\n'), level: 0 },
  ];
}

function paragraphs(text: string): readonly Piece[] {
  return text.split(/\r?\n[ \t]*(?:\r?\n[ \t]*)+/).map((paragraph) => {
    const isQuote = /^(?:>.*(?:\r?\n|$))+$/.test(paragraph.trim());
    return { kind: isQuote ? 'quote' : 'paragraph', text: paragraph, level: 0 };
  });
}
