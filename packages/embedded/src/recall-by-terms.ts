import { AppError, createTurns, type GenerationRef, type RecallQuery, weighTerms } from '@winnow/core';
import type { AllowedCache } from './allowed-documents.ts';
import type { Reads } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import type { RowHit } from './row-hit.ts';
import { addScores, bestPlaces } from './terms/bm25.ts';
import type { GenerationTerms, KnownTerm } from './terms/generation-terms.ts';
import type { TermMemory } from './terms/term-memory.ts';

/** Pages of the full-text index, of 4 KB and some 800 postings each, that one query is scored over at most. */
const maxPages = 16_000;

export interface PreparedTerms {
  /** Distinct terms that were not looked for. */
  readonly leftOut: number;
  /** The best by BM25, best first, and all that tie with the last of them, as of the current read transaction. */
  best(generation: Generation): readonly RowHit[];
}

interface TermsContext {
  readonly database: Reads;
  readonly allowedCache: AllowedCache;
  readonly termMemory: TermMemory;
}

interface Wanted {
  readonly known: KnownTerm;
  readonly weight: number;
}

/**
 * Reads the postings of a query's terms that are not in memory, so that scoring is short. What is committed after that is read
 * when it is scored.
 *
 * @throws AppError `canceled` or `deadline_exceeded` once the signal is aborted; `not_found`.
 */
export async function prepareTerms(
  { database, allowedCache, termMemory }: TermsContext,
  ref: GenerationRef,
  { k, filter, signal }: RecallQuery,
  terms: readonly string[],
): Promise<PreparedTerms> {
  const asked = weighTerms(terms);
  if (asked.terms.length === 0 || k < 1) return { leftOut: asked.leftOut, best: () => [] };
  const turn = createTurns(signal);
  const memory = database.read(() => termMemory.of(generationOf(database, ref)));
  const look = async <Result>(work: (generation: Generation) => Result): Promise<Result> => {
    await turn();
    return database.read(() => work(sameGeneration(memory, generationOf(database, ref))));
  };
  while (await look(memory.roster.readSome));
  const found: Wanted[] = [];
  for (const { term, weight } of asked.terms) {
    found.push({ known: await look((generation) => memory.term(generation, term)), weight });
  }
  const wanted = withinPages(found);
  for (const { known } of wanted) await look((generation) => memory.postingsOf(generation, known));
  return {
    leftOut: asked.leftOut + found.length - wanted.length,
    best(generation) {
      const allowed = allowedCache.of(generation, filter);
      const hits = bestOf(memory, sameGeneration(memory, generation), wanted, k, allowed);
      termMemory.shrink();
      return hits;
    },
  };
}

/** @throws AppError `not_found` if the corpus was deleted meanwhile, and made anew. */
function sameGeneration({ generationId }: GenerationTerms, generation: Generation): Generation {
  if (generationId === generation.id) return generation;
  throw new AppError('not_found', 'the corpus was deleted while it was searched');
}

/** All but the commonest, which would have cost more than a query may; in the order in which they came. */
function withinPages(terms: readonly Wanted[]): readonly Wanted[] {
  let pages = 0;
  const rarestFirst = terms.toSorted((left, right) => left.known.pages - right.known.pages);
  const affordable = new Set(
    rarestFirst.filter(({ known }, at) => {
      pages += known.pages;
      return at === 0 || pages <= maxPages;
    }),
  );
  return terms.filter((term) => affordable.has(term));
}

function bestOf(
  memory: GenerationTerms,
  generation: Generation,
  wanted: readonly Wanted[],
  k: number,
  allowed: ReadonlySet<number> | null,
): readonly RowHit[] {
  const statistics = memory.statistics(generation);
  const { roster } = memory;
  const { lengths, documents } = roster;
  const scores = new Float64Array(roster.size);
  for (const { known, weight } of wanted) {
    addScores(scores, lengths, memory.postingsOf(generation, known), weight, statistics);
  }
  const admits = (place: number) => allowed === null || allowed.has(documents[place] ?? -1);
  return bestPlaces(scores, k, admits).map((place) => ({
    chunk: roster.idAt(place),
    score: scores[place] ?? 0,
  }));
}
