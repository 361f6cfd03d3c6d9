import {
  AppError,
  type DocumentId,
  type DocumentRevision,
  type IndexedChunk,
  type IngestUsage,
  noUsage,
} from '@winnow/core';
import type { BundleDocument } from './blobs/bundle-part.ts';
import type { EmbeddedPart } from './blobs/load-parts.ts';

/**
 * Puts documents that were spread over parts together again.
 * @param pause awaited between two chunks: their terms are taken apart here, which takes a tenth of a second for a large bundle.
 */
export async function assembleRevisions(
  parts: readonly EmbeddedPart[],
  pause: () => Promise<void>,
): Promise<readonly DocumentRevision[]> {
  const revisions = new Map<
    DocumentId,
    { document: BundleDocument; chunks: IndexedChunk[]; usage: IngestUsage }
  >();
  for (const { part, keys, embedded } of parts) {
    for (const [index, document] of part.documents.entries()) {
      const revision = revisions.get(document.documentId) ?? { document, chunks: [], usage: noUsage };
      revision.usage = addUsage(revision.usage, embedded.usage[index] ?? noUsage);
      revisions.set(document.documentId, revision);
    }
    for (const [index, { document, terms, ...chunk }] of part.chunks.entries()) {
      await pause();
      const owner = part.documents[document];
      const embeddingKey = keys[index];
      const vector = embedded.vectors[index];
      if (owner === undefined || embeddingKey === undefined || vector === undefined) {
        throw new AppError('internal', `chunk ${index} of a part has no document, key or vector`);
      }
      const tokenVectors = embedded.tokenVectors[index] ?? undefined;
      revisions.get(owner.documentId)?.chunks.push({
        ...chunk,
        terms: terms === '' ? [] : terms.split(' '),
        embeddingKey,
        vector,
        ...(tokenVectors !== undefined && { tokenVectors }),
      });
    }
  }
  return [...revisions.values()].map(({ document: { isNew: _, ...document }, chunks, usage }) => ({
    ...document,
    chunks,
    usage,
  }));
}

function addUsage(one: IngestUsage, other: IngestUsage): IngestUsage {
  return {
    embedded: one.embedded + other.embedded,
    reused: one.reused + other.reused,
    modelCalls: one.modelCalls + other.modelCalls,
    tokens: one.tokens + other.tokens,
  };
}
