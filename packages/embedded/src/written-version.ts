/**
 * Names a writing of a document: its revision, and the row id of its document, which no two documents share. So
 * chunks that have lost their document are told from those of one that came back under the same id; where it has got
 * the same row id too, it takes their place.
 */
export function versionOf(revision: number, document: number): string {
  return `${revision}.${document}`;
}
