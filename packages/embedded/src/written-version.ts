/**
 * Names a writing of a document: its revision, and the row id of its document, which is never used again. So chunks
 * that have lost their document are told from those of a document that came back under the same id.
 */
export function versionOf(revision: number, document: number): string {
  return `${revision}.${document}`;
}
