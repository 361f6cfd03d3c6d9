import { type Corpus, type Embedder, type GenerationRef, generationRef } from '@winnow/core';

/**
 * Where vectors of a model may be found besides a generation itself: in every generation of the corpus that was made
 * with it, or may have been. The live one comes first, which has most of them.
 */
export function placesOfVectors(
  corpus: Corpus,
  own: GenerationRef,
  { fingerprint }: Pick<Embedder, 'fingerprint'>,
): readonly GenerationRef[] {
  const others = corpus.generations.filter(
    ({ physicalName, state, fingerprints: { embedder } }) =>
      physicalName !== own.physicalName &&
      state !== 'dropped' &&
      (embedder === null || embedder === fingerprint),
  );
  const liveFirst = others.sort(
    (one, other) =>
      Number(other.number === corpus.liveGeneration) - Number(one.number === corpus.liveGeneration),
  );
  return [own, ...liveFirst.map((generation) => generationRef(corpus, generation))];
}
