import type { BlobStore, RevisionRef } from '@winnow/core';
import type { LanePosition } from '../../ports.ts';
import type { PreparedChunk, PreparedDocument } from '../../prepare-document.ts';
import { decodeBlobFrame, encodeBlobFrame } from './blob-frame.ts';
import { blobTtlMs } from './blob-ttl.ts';

/** A prepared document at the revision it was accepted with. */
export interface BundleDocument extends Omit<PreparedDocument, 'chunks'>, RevisionRef {
  /** `makingOf` what prepared it. */
  readonly making: string;
  /** Nothing of the document was searchable when it was taken up. */
  readonly isNew: boolean;
}

/** A document of a bundle with its chunks. */
export type BundledDocument = BundleDocument & Pick<PreparedDocument, 'chunks'>;

/** Some consecutive chunks of a bundle, with the documents they belong to. What one embed job takes. */
export interface BundlePart {
  /** In order; a document that spans parts is in each of them, one without chunks in one. */
  readonly documents: readonly BundleDocument[];
  readonly chunks: readonly PartChunk[];
}

interface PartChunk extends PreparedChunk {
  /** Index into the part's documents. */
  readonly document: number;
}

/** What a part holds at most; one chunk fits always. */
export interface PartLimits {
  readonly chunks: number;
  /** UTF-16 code units of text; its terms and tokens take a few times as much. */
  readonly textUnits: number;
}

/**
 * Chunks of a part are the work that a killed worker repeats; its text bounds the size of a blob, and how long the
 * thread is kept by packing and unpacking one: some 20 ms.
 */
const partLimits: PartLimits = { chunks: 256, textUnits: 256 * 1024 };

/** Cuts a bundle into parts, in order; at least one part. */
export function partsOf(
  bundle: readonly BundledDocument[],
  limits: PartLimits = partLimits,
): readonly BundlePart[] {
  const parts = [emptyPart()];
  for (const { chunks, ...document } of bundle) {
    lastOf(parts).documents.push(document);
    for (const chunk of chunks) {
      let part = lastOf(parts);
      if (isFull(part, chunk.text.length, limits)) {
        // Moves on to the next part, and out of this one if none of its chunks stayed.
        if (part.chunks.at(-1)?.document !== part.documents.length - 1) part.documents.pop();
        part = emptyPart();
        part.documents.push(document);
        parts.push(part);
      }
      part.chunks.push({ ...chunk, document: part.documents.length - 1 });
      part.textUnits += chunk.text.length;
    }
  }
  return parts.map(({ documents, chunks }) => ({ documents, chunks }));
}

interface OpenPart {
  readonly documents: BundleDocument[];
  readonly chunks: PartChunk[];
  textUnits: number;
}

function emptyPart(): OpenPart {
  return { documents: [], chunks: [], textUnits: 0 };
}

function lastOf(parts: readonly OpenPart[]): OpenPart {
  return parts.at(-1) ?? emptyPart();
}

function isFull(part: OpenPart, moreUnits: number, limits: PartLimits): boolean {
  if (part.chunks.length === 0) return false;
  return part.chunks.length >= limits.chunks || part.textUnits + moreUnits > limits.textUnits;
}

export async function putBundlePart(
  blobs: BlobStore,
  position: LanePosition,
  part: number,
  content: BundlePart,
): Promise<void> {
  await blobs.put(bundlePartKey(position, part), encodeBlobFrame(content, new Uint8Array()), blobTtlMs);
}

/** @returns null if it is no longer there, or was written by another version. */
export async function getBundlePart(
  blobs: BlobStore,
  position: LanePosition,
  part: number,
): Promise<BundlePart | null> {
  const bytes = await blobs.get(bundlePartKey(position, part));
  // Of our own making and of our version, so its shape is known.
  return bytes === null ? null : ((decodeBlobFrame(bytes)?.header ?? null) as BundlePart | null);
}

export function bundlePartKey({ runId, lane, chain, step }: LanePosition, part: number): string {
  return `text-${runId}-${lane}-${chain}-${step}-${part}`;
}
