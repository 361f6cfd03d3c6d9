import { AppError, type DocumentId, type ExportedChunk, type GenerationRef, type Store } from '@winnow/core';
import { looseShinglesOf, maxSketches, sketchOf, sketchSize } from '@winnow/text';
import { comparedTextOf } from './document-features.ts';

/** Sketches of all documents: 1 KB each, and as much again while they are put together. */
export interface SketchedDocuments {
  /** By rank: the likelier original first. */
  readonly documentIds: readonly DocumentId[];
  /** Row by row, by rank. */
  readonly sketches: Uint32Array;
}

/**
 * Reads a corpus once, document by document, and keeps a sketch of each that has text. Of near-duplicates the one with
 * the shortest id is taken for the original, `a.md` before `a (copy).md`, and the first by code unit of those.
 *
 * @throws AppError `failed_precondition` for more than {@link maxSketches} documents.
 */
export async function sketchDocuments(
  { chunks }: Pick<Store, 'chunks'>,
  ref: GenerationRef,
  { signal, onDocument }: { readonly signal: AbortSignal; readonly onDocument: (count: number) => void },
): Promise<SketchedDocuments> {
  const found: { readonly documentId: DocumentId; readonly sketch: Uint32Array }[] = [];
  for await (const document of documentsIn(chunks.export(ref, { vectors: false, signal }))) {
    const shingles = looseShinglesOf(comparedTextOf(document[0].title, document));
    if (shingles.length > 0) found.push({ documentId: document[0].documentId, sketch: sketchOf(shingles) });
    if (found.length > maxSketches) {
      const message = `near-duplicates are looked for among ${maxSketches} documents at most, and there are more`;
      throw new AppError('failed_precondition', message);
    }
    onDocument(found.length);
  }
  found.sort((left, right) => byElection(left.documentId, right.documentId));
  const sketches = new Uint32Array(found.length * sketchSize);
  for (const [rank, { sketch }] of found.entries()) sketches.set(sketch, rank * sketchSize);
  return { documentIds: found.map(({ documentId }) => documentId), sketches };
}

function byElection(left: DocumentId, right: DocumentId): number {
  return left.length - right.length || (left < right ? -1 : 1);
}

/** Chunks of one document after the other, as an export gives them. */
export async function* documentsIn(
  chunks: AsyncIterable<ExportedChunk>,
): AsyncGenerator<readonly [ExportedChunk, ...ExportedChunk[]]> {
  let document: [ExportedChunk, ...ExportedChunk[]] | null = null;
  for await (const chunk of chunks) {
    if (document?.[0].documentId === chunk.documentId) document.push(chunk);
    else {
      if (document !== null) yield document;
      document = [chunk];
    }
  }
  if (document !== null) yield document;
}
