import { visibleName } from '@winnow/core';
import type { AnswerResult } from '@winnow/engine';
import { placeText } from './place-text.ts';
import { shorten } from './table.ts';

const shownQuote = 160;
/** Opens or closes code. On one line with everything else it would do neither. */
const fenceLine = /^[ \t]*(?:`{3,}|~{3,}).*$/gm;

interface Place {
  readonly documentId: string;
  readonly title: string;
  readonly headings: readonly string[];
}

/** One line for each source that is cited: its number, document, heading, and what it says. */
export function citationLines(citations: AnswerResult['citations']): readonly string[] {
  return [...Map.groupBy(citations, ({ n }) => n).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const doubt = own.every(({ checked }) => checked) ? '' : ' (in another language, not checked)';
    const quotes = own.map(({ quote }) => onOneLine(quote)).join(' … ');
    const where = [placeOf(first), placeText(first)].filter((part) => part !== '').join(', ');
    return [`[${first.n}] ${where}${doubt}: “${quotes}”`];
  });
}

/** One line for each passage that was near. */
export function nearestLines(nearest: AnswerResult['nearest']): readonly string[] {
  return nearest.map((passage) => `- ${placeOf(passage)}: “${onOneLine(passage.text)}”`);
}

/** `guides/backup.md > Backup`: the document, and the heading that the passage stands under. */
function placeOf({ documentId, title, headings }: Place): string {
  const heading = headings.at(-1) ?? title;
  return heading === '' ? visibleName(documentId) : `${visibleName(documentId)} > ${shorten(heading, 80)}`;
}

function onOneLine(text: string): string {
  return shorten(text.replace(fenceLine, ''), shownQuote);
}
