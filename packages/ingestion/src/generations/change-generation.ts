import type { Corpus, Generation } from '@winnow/core';

/** The corpus with one of its generations changed. */
export function withGeneration(corpus: Corpus, number: number, changes: Partial<Generation>): Corpus {
  return {
    ...corpus,
    generations: corpus.generations.map((each) => (each.number === number ? { ...each, ...changes } : each)),
  };
}

/** The generation that is being built or is ready, if any. */
export function generationBeside(corpus: Corpus): Generation | null {
  return corpus.generations.find(({ number }) => number === corpus.buildingGeneration) ?? null;
}
