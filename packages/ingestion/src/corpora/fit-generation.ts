import { AppError, type Embedder, type Generation } from '@winnow/core';
import { generationFingerprint } from './generation-fingerprint.ts';

/** What vectors of a generation belong together by. */
type VectorSpace = Pick<Generation, 'dimensions' | 'fingerprints' | 'wholeFingerprint' | 'chunking'>;

/**
 * Refuses an embedder whose vectors do not belong to those of a generation. Parser, chunker and analysis are nobody's
 * business here: what an older one made is found as it is.
 * @throws AppError `failed_precondition`, which no waiting mends.
 */
export function requireFitting(corpus: string, generation: VectorSpace, embedder: Embedder): void {
  if (embedder.dimensions !== generation.dimensions) {
    throw new AppError(
      'failed_precondition',
      `corpus ${corpus} holds vectors of ${generation.dimensions} dimensions and ${embedder.modelId} makes ${embedder.dimensions}: make a new corpus`,
    );
  }
  if (isSameModel(generation, embedder)) return;
  throw new AppError(
    'failed_precondition',
    `corpus ${corpus} was made with another version of ${embedder.modelId}, whose vectors do not compare: make a new corpus`,
  );
}

function isSameModel({ fingerprints, wholeFingerprint, chunking }: VectorSpace, embedder: Embedder): boolean {
  if (fingerprints.embedder !== null) return fingerprints.embedder === embedder.fingerprint;
  if (wholeFingerprint === undefined) return true;
  // Kept as one with parser, chunker and analysis of the first version.
  const versions = { parserVersion: 1, chunkerVersion: 1, analysisVersion: 1 };
  return (
    wholeFingerprint ===
    generationFingerprint({ ...versions, embedderFingerprint: embedder.fingerprint, chunking })
  );
}
