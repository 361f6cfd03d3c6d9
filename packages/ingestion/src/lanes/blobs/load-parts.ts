import { type BlobStore, createTurns, type EmbeddingKey } from '@winnow/core';
import type { LanePosition } from '../../ports.ts';
import { type BundlePart, bundlePartKey, getBundlePart } from './bundle-part.ts';
import { getPartVectors, type PartVectors, partKeys, partVectorsKey } from './part-vectors.ts';

/** A part with its vectors, and where the two were kept. */
export interface EmbeddedPart {
  readonly part: BundlePart;
  readonly keys: readonly EmbeddingKey[];
  readonly embedded: PartVectors;
  readonly blobKeys: readonly string[];
}

/** @returns all parts of a bundle in order; null where any piece of it is lost. */
export async function loadParts(
  blobs: BlobStore,
  position: LanePosition,
  count: number,
  modelFingerprint: string,
  signal: AbortSignal,
): Promise<readonly EmbeddedPart[] | null> {
  const pause = createTurns(signal);
  const parts: EmbeddedPart[] = [];
  for (let index = 0; index < count; index++) {
    const part = await getBundlePart(blobs, position, index);
    if (part === null) return null;
    await pause();
    const keys = await partKeys(part, modelFingerprint, pause);
    const vectorsKey = partVectorsKey(part, keys);
    const embedded = await getPartVectors(blobs, vectorsKey);
    if (embedded === null) return null;
    await pause();
    parts.push({ part, keys, embedded, blobKeys: [bundlePartKey(position, index), vectorsKey] });
  }
  return parts;
}
