import {
  type BlobStore,
  type EmbeddingKey,
  embeddingKeyOf,
  type IngestUsage,
  shortHash,
  type TokenVectors,
} from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import { decodeBlobFrame, encodeBlobFrame } from './blob-frame.ts';
import { blobTtlMs } from './blob-ttl.ts';
import type { BundlePart } from './bundle-part.ts';

/** The vectors of a part's chunks, in their order, and what each of its documents took. */
export interface PartVectors {
  readonly vectors: readonly Float32Array[];
  /** Null where the model gives none, or a vector was taken over that has none. */
  readonly tokenVectors: readonly (TokenVectors | null)[];
  /** One per document of the part. */
  readonly usage: readonly IngestUsage[];
}

/**
 * What each chunk of a part is embedded as, in order.
 * @param pause awaited before each: a large part has megabytes of text to be hashed.
 */
export async function partKeys(
  part: BundlePart,
  modelFingerprint: string,
  pause: () => Promise<void>,
): Promise<readonly EmbeddingKey[]> {
  const keys: EmbeddingKey[] = [];
  for (const chunk of part.chunks) {
    await pause();
    const title = part.documents[chunk.document]?.title ?? '';
    keys.push(embeddingKeyOf(modelFingerprint, embeddingTextOf(title, chunk)));
  }
  return keys;
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
  const values = new Float32Array(content.vectors.length * dimensions);
  for (const [index, vector] of content.vectors.entries()) values.set(vector, index * dimensions);
  const tokenBytes = content.tokenVectors.map((vectors) => vectors?.length ?? null);
  const header: VectorsHeader = { dimensions, tokenBytes, usage: content.usage };
  const body = Buffer.concat([
    new Uint8Array(values.buffer),
    ...content.tokenVectors.filter((vectors) => vectors !== null),
  ]);
  await blobs.put(key, encodeBlobFrame(header, body), blobTtlMs);
}

/** @returns null if it is no longer there, or was written by another version. */
export async function getPartVectors(blobs: BlobStore, key: string): Promise<PartVectors | null> {
  const bytes = await blobs.get(key);
  const frame = bytes === null ? null : decodeBlobFrame(bytes);
  if (frame === null) return null;
  // Of our own making and of our version, so its shape is known.
  const { dimensions, tokenBytes, usage } = frame.header as VectorsHeader;
  const vectorBytes = tokenBytes.length * dimensions * Float32Array.BYTES_PER_ELEMENT;
  // A copy, since the body need not start at a multiple of four bytes.
  const values = new Float32Array(Uint8Array.from(frame.body.subarray(0, vectorBytes)).buffer);
  const vectors = tokenBytes.map((_, index) => values.subarray(index * dimensions, (index + 1) * dimensions));
  let at = vectorBytes;
  const tokenVectors = tokenBytes.map((bytes) => {
    if (bytes === null) return null;
    at += bytes;
    return Uint8Array.from(frame.body.subarray(at - bytes, at));
  });
  return { vectors, tokenVectors, usage };
}

/** In front of the vectors, and of the token vectors one behind the other. */
interface VectorsHeader {
  readonly dimensions: number;
  /** Of each chunk; null where it has none. */
  readonly tokenBytes: readonly (number | null)[];
  readonly usage: readonly IngestUsage[];
}
