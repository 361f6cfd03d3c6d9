import type { DocumentId, GenerationRef, Store } from '@winnow/core';
import { type DocumentFeatures, documentFeaturesOf } from './document-features.ts';

/** Bytes of features that are kept, those used longest ago going first. */
const maxKeptBytes = 128 * 1024 * 1024;

/** Features of documents as they stand now, the last used at hand. */
interface FeatureReader {
  /** @returns null for a document that is gone since it was listed. */
  read(documentId: DocumentId): Promise<DocumentFeatures | null>;
}

export function createFeatureReader(
  { chunks }: Pick<Store, 'chunks'>,
  ref: GenerationRef,
  signal: AbortSignal,
): FeatureReader {
  /** Least recently used first. */
  const kept = new Map<DocumentId, DocumentFeatures>();
  let keptBytes = 0;

  function keep(documentId: DocumentId, features: DocumentFeatures): void {
    kept.set(documentId, features);
    keptBytes += bytesOf(features);
    for (const [oldest, old] of kept) {
      if (keptBytes <= maxKeptBytes || oldest === documentId) return;
      kept.delete(oldest);
      keptBytes -= bytesOf(old);
    }
  }

  return {
    async read(documentId) {
      const known = kept.get(documentId);
      if (known !== undefined) {
        kept.delete(documentId);
        kept.set(documentId, known);
        return known;
      }
      const [document] = await chunks.documents(ref, [documentId], signal);
      if (document === undefined || document.chunks.length === 0) return null;
      const features = documentFeaturesOf(document);
      keep(documentId, features);
      return features;
    },
  };
}

function bytesOf({ shingles, numbers, vector }: DocumentFeatures): number {
  return shingles.byteLength + numbers.byteLength + (vector?.byteLength ?? 0);
}
