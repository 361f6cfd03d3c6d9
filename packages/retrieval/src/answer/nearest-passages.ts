import type { SearchHit } from '../search/search-response.ts';
import type { NearPassage } from './answer-event.ts';

const shownPassages = 3;
/** Characters of each. */
const shownLength = 300;

/** The best passages of a search, as they are shown where none of them answers. */
export function nearestPassages(hits: readonly SearchHit[]): readonly NearPassage[] {
  return hits.slice(0, shownPassages).map(({ documentId, chunkId, title, headings, text }) => ({
    documentId,
    chunkId,
    title,
    headings,
    text: text.length <= shownLength ? text : `${text.slice(0, shownLength).toWellFormed().trimEnd()}…`,
  }));
}
