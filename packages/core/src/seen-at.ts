import { type Corpus, generationNumbered } from './corpus.ts';

/**
 * The corpus as its readers would see it, were this generation live: to be searched, and never to be kept.
 * @throws AppError `not_found` where it has none of that number.
 */
export function seenAt(corpus: Corpus, generation: number): Corpus {
  return { ...corpus, liveGeneration: generationNumbered(corpus, generation).number };
}
