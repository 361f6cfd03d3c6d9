import { AppError, type CorpusName, type GenerationRef } from '@winnow/core';

const prefixPattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/**
 * Names of everything we keep in a cluster. Parts are joined by `.`, which neither a prefix nor a corpus
 * name can hold, so no two corpora can ever meet in one name.
 */
export interface IndexNames {
  readonly corpora: string;
  readonly runs: string;
  /** What every call of a model cost. */
  readonly ledger: string;
  /** Vectors of remote models. */
  readonly embeddings: string;
  chunks(ref: GenerationRef): string;
  manifest(ref: GenerationRef): string;
  /** The alias that points at the chunks of the generation that readers see. */
  live(corpus: CorpusName): string;
  /** Matches the indexes of every generation of one corpus and nothing else. */
  generationsOf(corpus: CorpusName): string;
}

/** @throws AppError `invalid_argument` if the prefix cannot be part of an index name. */
export function indexNames(prefix: string): IndexNames {
  if (!prefixPattern.test(prefix)) {
    throw new AppError(
      'invalid_argument',
      `index prefix ${JSON.stringify(prefix.slice(0, 80))} must be 1–63 of a-z 0-9 _ - and start with a letter or digit`,
    );
  }
  const generation = (ref: GenerationRef) => `${prefix}.${ref.corpus}.g${ref.generation}`;
  return {
    corpora: `${prefix}.corpora`,
    runs: `${prefix}.runs`,
    ledger: `${prefix}.ledger`,
    embeddings: `${prefix}.embeddings`,
    chunks: (ref) => `${generation(ref)}.chunks`,
    manifest: (ref) => `${generation(ref)}.manifest`,
    live: (corpus) => `${prefix}.${corpus}.live`,
    generationsOf: (corpus) => `${prefix}.${corpus}.g*`,
  };
}

/**
 * The alias that writes go through. With `require_alias` a late write to a deleted index is refused; by the
 * index' own name the server would make it anew, with guessed mappings.
 */
export function writeAlias(index: string): string {
  return `${index}.write`;
}
