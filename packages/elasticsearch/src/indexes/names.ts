import { type GenerationRef, type PhysicalName, type RunId, sha256 } from '@winnow/core';
import { indexError } from '../connection/index-error.ts';

const prefixPattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/**
 * Names of everything we keep in a cluster. Parts are joined by `.`, which neither a prefix nor a corpus
 * name can hold, so no two corpora can ever meet in one name; and a physical name holds the id of its corpus, so that
 * no later one meets it either.
 */
export interface IndexNames {
  readonly corpora: string;
  readonly runs: string;
  readonly schedules: string;
  readonly golden: string;
  /** Searches of corpora that record them. */
  readonly queries: string;
  /** Results of golden queries. */
  readonly quality: string;
  /** Pushed documents. */
  readonly contents: string;
  /** What every call of a model cost. */
  readonly ledger: string;
  /** Vectors of remote models. */
  readonly embeddings: string;
  chunks(ref: GenerationRef): string;
  manifest(ref: GenerationRef): string;
  /** Patterns that match {@link chunks} and {@link manifest} of every generation. */
  readonly allGenerations: readonly string[];
  /** Of which generation an index is by its name; null for what is none's. */
  physicalNameOf(index: string): PhysicalName | null;
}

/** @throws AppError `invalid_argument` if the prefix cannot be part of an index name. */
export function indexNames(prefix: string): IndexNames {
  if (!prefixPattern.test(prefix)) {
    throw indexError(
      'invalid_argument',
      `index prefix ${JSON.stringify(prefix.slice(0, 80))} must be 1–63 of a-z 0-9 _ - and start with a letter or digit`,
    );
  }
  const generation = (ref: GenerationRef) => `${prefix}.${ref.physicalName}`;
  return {
    corpora: `${prefix}.corpora`,
    runs: `${prefix}.runs`,
    schedules: `${prefix}.schedules`,
    golden: `${prefix}.golden`,
    queries: `${prefix}.queries`,
    quality: `${prefix}.quality`,
    contents: `${prefix}.contents`,
    ledger: `${prefix}.ledger`,
    embeddings: `${prefix}.embeddings`,
    chunks: (ref) => `${generation(ref)}.chunks`,
    manifest: (ref) => `${generation(ref)}.manifest`,
    allGenerations: [`${prefix}.*.chunks`, `${prefix}.*.manifest`],
    physicalNameOf(index) {
      const ending = ['.chunks', '.manifest'].find((each) => index.endsWith(each));
      if (ending === undefined || !index.startsWith(`${prefix}.`)) return null;
      return index.slice(prefix.length + 1, -ending.length) as PhysicalName;
    },
  };
}

/**
 * The alias that writes go through. With `require_alias` a late write to a deleted index is refused; by the
 * index' own name the server would make it anew, with guessed mappings.
 */
export function writeAlias(index: string): string {
  return `${index}.write`;
}

/**
 * The alias that a run's plan writes the manifest through, as long as the run is the one that was admitted: when it
 * is taken away, whatever is sent through it is refused by the server. Run ids may have any characters.
 */
export function planAlias(manifestIndex: string, runId: RunId): string {
  return `${manifestIndex}.plan.${sha256(runId).slice(0, 24)}`;
}

/** Matches the {@link planAlias} of every run. */
export function planAliases(manifestIndex: string): string {
  return `${manifestIndex}.plan.*`;
}
