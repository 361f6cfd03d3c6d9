import { type BlobStore, type EmbeddingKey, embeddingKeyOf, type IngestUsage, shortHash } from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import { decodeBlobFrame, encodeBlobFrame } from './blob-frame.ts';
import { blobTtlMs } from './blob-ttl.ts';
import type { BundlePart } from './bundle-part.ts';

/** The vectors of a part's chunks, in their order, and what each of its documents took. */
export interface PartVectors {
  readonly vectors: readonly Float32Array[];
  /** One per document of the part. */
  readonly usage: readonly IngestUsage[];
}

/** What each chunk of a part is embedded as, in order. */
export function partKeys(part: BundlePart, modelFingerprint: string): readonly EmbeddingKey[] {
  return part.chunks.map((chunk) => {
    const title = part.documents[chunk.document]?.title ?? '';
    return embeddingKeyOf(modelFingerprint, embeddingTextOf(title, chunk));
  });
}

/**
 * Named by what is in the part, not by its place in a chain: after a crash the same documents, taken up
 * again in a new bundle, find their vectors.
 */
export function partVectorsKey(part: BundlePart, keys: readonly EmbeddingKey[]): string {
  const documents = part.documents.map(({ documentId, revision }) => [documentId, revision]);
  return `vectors-${shortHash(JSON.stringify([documents, keys]))}`;
}

export async function putPartVectors(blobs: BlobStore, key: string, content: PartVectors): Promise<void> {
  const dimensions = content.vectors[0]?.length ?? 0;
  const body = new Float32Array(content.vectors.length * dimensions);
  for (const [index, vector] of content.vectors.entries()) body.set(vector, index * dimensions);
  const header = { dimensions, usage: content.usage };
  await blobs.put(key, encodeBlobFrame(header, new Uint8Array(body.buffer)), blobTtlMs);
}

/** @returns null if it is no longer there, or was written by another version. */
export async function getPartVectors(blobs: BlobStore, key: string): Promise<PartVectors | null> {
  const bytes = await blobs.get(key);
  const frame = bytes === null ? null : decodeBlobFrame(bytes);
  if (frame === null) return null;
  // Of our own making and of our version, so its shape is known.
  const { dimensions, usage } = frame.header as { dimensions: number; usage: readonly IngestUsage[] };
  // A copy, since the body need not start at a multiple of four bytes.
  const values = new Float32Array(Uint8Array.from(frame.body).buffer);
  const count = dimensions === 0 ? 0 : values.length / dimensions;
  const vectors = Array.from({ length: count }, (_, index) =>
    values.subarray(index * dimensions, (index + 1) * dimensions),
  );
  return { vectors, usage };
}
