import { dot, type KeptDocument } from '@winnow/core';
import { jaccardOf, numbersAgree, type TextFeatures, textFeaturesOf } from '@winnow/text';
import { documentVectorOf } from '../document-vector.ts';
import { joinChunks } from '../search/join-chunks.ts';
import type { DuplicatesRequest } from './duplicates-request.ts';

/** What two documents are compared by. */
export interface DocumentFeatures extends TextFeatures {
  /** Null where its vectors are lost. */
  readonly vector: Float32Array | null;
}

/** How alike two documents are. */
export interface Likeness {
  /** Of their 5-character shingles, 0–1. */
  readonly jaccard: number;
  /** Of their vectors, −1…1; null where one of them has lost its vectors. */
  readonly cosine: number | null;
}

/** A passage of a document, of which the joined text is wanted. */
type Passage = Parameters<typeof joinChunks>[0][number];

/** Title and text as they are compared. */
export function comparedTextOf(title: string, passages: readonly Passage[]): string {
  const [first, ...others] = passages;
  return first === undefined ? title : `${title}\n${joinChunks([first, ...others]).text}`;
}

export function documentFeaturesOf({ title, chunks }: KeptDocument): DocumentFeatures {
  return {
    ...textFeaturesOf(comparedTextOf(title, chunks)),
    vector: documentVectorOf(chunks.map(({ vector }) => vector)),
  };
}

/** @returns null for two documents that are no near-duplicates. Where vectors are lost, the text decides. */
export function likenessOf(
  left: DocumentFeatures,
  right: DocumentFeatures,
  least: DuplicatesRequest,
): Likeness | null {
  const jaccard = jaccardOf(left.shingles, right.shingles);
  if (jaccard < least.jaccard || !numbersAgree(left, right)) return null;
  if (left.vector === null || right.vector === null) return { jaccard, cosine: null };
  const cosine = dot(left.vector, right.vector);
  return cosine < least.cosine ? null : { jaccard, cosine };
}
