import { type Chunking, shortHash } from '@winnow/core';

/** All that decided what stood in an index of the first version, besides the documents. */
export interface GenerationParts {
  readonly parserVersion: number | string;
  readonly chunkerVersion: number;
  readonly analysisVersion: number | string;
  /** `Embedder.fingerprint`. */
  readonly embedderFingerprint: string;
  readonly chunking: Chunking;
}

/** Equal fingerprints: the same documents give the same chunks, terms and vectors. 22 characters. */
export function generationFingerprint(parts: GenerationParts): string {
  const { parserVersion, chunkerVersion, analysisVersion, embedderFingerprint, chunking } = parts;
  const { targetTokens, overlapRatio } = chunking;
  return shortHash(
    JSON.stringify([
      parserVersion,
      chunkerVersion,
      analysisVersion,
      embedderFingerprint,
      targetTokens,
      overlapRatio,
    ]),
  );
}
