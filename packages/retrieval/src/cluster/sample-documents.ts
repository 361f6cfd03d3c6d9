import type { DocumentId, GenerationRef, Store } from '@winnow/core';
import { documentVectorOf } from '../document-vector.ts';
import { comparedTextOf } from '../duplicates/document-features.ts';
import { documentsIn } from '../duplicates/sketch-documents.ts';
import { createRandom } from './random.ts';

/** Documents that topics are made of; the others are put to the nearest. */
export const maxSampled = 10_000;
/** UTF-16 code units of a document that its topic may be named by. */
const excerptLength = 1_000;

/** A document with the vector that it is placed by. */
interface VectorDocument {
  readonly documentId: DocumentId;
  readonly vector: Float32Array;
}

interface SampledDocument extends VectorDocument {
  readonly excerpt: string;
}

export interface Sample {
  readonly documents: readonly SampledDocument[];
  /** Documents that have a vector, sampled or not. */
  readonly total: number;
}

interface Reading {
  readonly signal: AbortSignal;
  readonly onDocument: (count: number) => void;
}

/**
 * Reads a corpus once, and keeps some documents of it that every document had the same chance to be of; all where there
 * are no more. The same corpus gives the same.
 *
 * @see Vitter, Random Sampling with a Reservoir, 1985: algorithm R.
 */
export async function sampleDocuments(
  store: Pick<Store, 'chunks'>,
  ref: GenerationRef,
  reading: Reading,
): Promise<Sample> {
  const documents: SampledDocument[] = [];
  const random = createRandom(0);
  let total = 0;
  for await (const { documentId, vector, excerpt } of vectorDocuments(store, ref, reading)) {
    total += 1;
    const place = documents.length < maxSampled ? documents.length : Math.floor(random() * total);
    if (place < maxSampled) documents[place] = { documentId, vector, excerpt: excerpt() };
  }
  return { documents, total };
}

/** Every document that has a sound vector. */
export async function* vectorDocuments(
  { chunks }: Pick<Store, 'chunks'>,
  ref: GenerationRef,
  { signal, onDocument }: Reading,
): AsyncGenerator<VectorDocument & { readonly excerpt: () => string }> {
  let count = 0;
  for await (const document of documentsIn(chunks.export(ref, { vectors: true, signal }))) {
    onDocument(++count);
    const vector = documentVectorOf(document.map((chunk) => chunk.vector));
    if (vector === null) continue;
    const [{ documentId, title }] = document;
    const excerpt = () => comparedTextOf(title, document.slice(0, 2)).slice(0, excerptLength);
    yield { documentId, vector, excerpt };
  }
}
