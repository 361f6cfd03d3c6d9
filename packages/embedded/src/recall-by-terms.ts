import {
  createTurns,
  type GenerationRef,
  type RecallQuery,
  type WeightedTerm,
  weighTerms,
} from '@winnow/core';
import type { AllowedCache, AllowedDocuments } from './allowed-documents.ts';
import type { Reads } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import { addScores, chunkRange, scoreInTurns } from './score-groups.ts';
import { allowedCondition, candidateCondition, rangeCondition, searchTerms } from './search-terms.ts';
import type { TermCounts } from './term-counts.ts';
import { groupTerms, maxPostingsAtOnce, type TermGroup } from './term-groups.ts';
import { type CountedTerm, planTerms } from './term-plan.ts';
import { bestChunks, bestWithTies, type RowHit } from './ties.ts';

/** Chunks that the rare terms choose, for each hit asked for, and at least. */
const candidatesPerHit = 10;
const minCandidates = 1_000;

/** With a filter, so many of the best are looked at for each hit before the filter becomes part of the search. */
const lookedAtPerHit = 4;

export interface ScoredTerms {
  /** Distinct terms that were not looked for. */
  readonly leftOut: number;
  /**
   * The best by BM25, best first, and all that tie with the last of them. Called inside a read transaction: what was
   * committed since the scoring began is scored now, and what is gone falls out.
   */
  finish(generation: Generation): readonly RowHit[];
}

interface TermsContext {
  readonly database: Reads;
  readonly allowedCache: AllowedCache;
  readonly termCounts: TermCounts;
}

/**
 * Scores chunks by BM25. The few terms of a question are looked for in `finish`, at once. More of them, or common
 * ones, are scored group by group before, so that other work of the process has its turns in between; what the
 * groups make of a chunk adds up to its score.
 *
 * @throws AppError `canceled` or `deadline_exceeded` once the signal is aborted; `not_found`.
 */
export async function scoreTerms(
  context: TermsContext,
  ref: GenerationRef,
  query: RecallQuery,
  terms: readonly string[],
): Promise<ScoredTerms> {
  const { database, allowedCache } = context;
  const turn = createTurns(query.signal);
  const asked = weighTerms(terms);
  const counted = await countTerms(context, ref, asked.terms, turn);
  const plan = planTerms(counted, chunkCount(database, generationOf(database, ref)));
  const groups = groupTerms(plan.scoring);
  const leftOut = asked.leftOut + plan.leftOut;
  const [only] = groups;
  if (only === undefined || query.k < 1) return { leftOut, finish: () => [] };
  if (groups.length === 1 && only.postings <= maxPostingsAtOnce) {
    return { leftOut, finish: (generation) => bestOfGroup(context, generation, only, query) };
  }
  const choosing = plan.choosing === null ? null : groupTerms(plan.choosing);
  return {
    leftOut,
    finish: await scoreGroups({ database, allowedCache, ref, turn }, groups, choosing, query),
  };
}

async function countTerms(
  { database, termCounts }: TermsContext,
  ref: GenerationRef,
  terms: readonly WeightedTerm[],
  turn: () => Promise<void>,
): Promise<readonly CountedTerm[]> {
  const counted: CountedTerm[] = [];
  for (const { term, weight } of terms) {
    counted.push({ term, weight, chunks: termCounts.of(generationOf(database, ref), term) });
    await turn();
  }
  return counted;
}

function bestOfGroup(
  { database, allowedCache }: TermsContext,
  generation: Generation,
  { terms, weight }: TermGroup,
  { k, filter }: RecallQuery,
): readonly RowHit[] {
  const allowed = allowedCache.of(generation, filter);
  const conditions = allowedCondition(generation, allowed);
  const found =
    (allowed === null ? null : bestAmong(database, generation, terms, k + 1, allowed)) ??
    searchTerms(database, generation, terms, conditions, k + 1);
  const last = found[k - 1];
  const tied = last !== undefined && found[k]?.score === last.score;
  const best = tied
    ? searchTerms(
        database,
        generation,
        terms,
        [...conditions, { sql: 'rank <= ?', value: -last.score }],
        null,
      )
    : found.slice(0, k);
  return best.map(({ chunk, score }) => ({ chunk, score: weight * score }));
}

/** The best that a broad filter lets through, found among the best of all. @returns null where too few are. */
function bestAmong(
  database: Reads,
  generation: Generation,
  terms: readonly string[],
  count: number,
  { ids }: AllowedDocuments,
): readonly RowHit[] | null {
  const looked = count * lookedAtPerHit;
  const best = searchTerms(database, generation, terms, [], looked);
  const documents = new Map(
    database
      .all<{ chunk: number; document: number }>(
        `SELECT id AS chunk, document FROM ${generation.tables.chunk} WHERE id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(best.map(({ chunk }) => chunk)),
      )
      .map(({ chunk, document }) => [chunk, document]),
  );
  const passing = best.filter(({ chunk }) => ids.has(documents.get(chunk) ?? -1));
  return passing.length >= count || best.length < looked ? passing.slice(0, count) : null;
}

async function scoreGroups(
  turns: Parameters<typeof scoreInTurns>[0] & Pick<TermsContext, 'allowedCache'>,
  groups: readonly TermGroup[],
  choosing: readonly TermGroup[] | null,
  { k, filter }: RecallQuery,
): Promise<ScoredTerms['finish']> {
  const { database, allowedCache, ref } = turns;
  const { range, allowed } = database.read(() => {
    const generation = generationOf(database, ref);
    return {
      range: chunkRange(database, generation),
      allowed: allowedCache.of(generation, filter),
    };
  });
  const inAllowed = (generation: Generation) => allowedCondition(generation, allowed);
  const wanted = Math.max(minCandidates, candidatesPerHit * k);
  const candidates =
    choosing === null
      ? null
      : candidateCondition(bestChunks(await scoreInTurns(turns, choosing, range, inAllowed), wanted));
  const conditions = candidates === null ? inAllowed : () => [candidates];
  const scores = await scoreInTurns(turns, groups, range, conditions);

  return (generation) => {
    const { last } = chunkRange(database, generation);
    if (last > range.last) {
      const now = allowedCondition(generation, allowedCache.of(generation, filter));
      const added = [...now, ...rangeCondition({ after: range.last, last })];
      for (const group of groups) addScores(database, generation, group, added, scores);
    }
    return bestThatAreThere(database, generation, scores, k);
  };
}

function bestThatAreThere(
  database: Reads,
  generation: Generation,
  scores: Map<number, number>,
  k: number,
): readonly RowHit[] {
  for (;;) {
    const best = bestWithTies(scores, k);
    const gone = goneOf(database, generation, best);
    if (gone.length === 0) return best;
    for (const chunk of gone) scores.delete(chunk);
  }
}

function goneOf(database: Reads, { tables }: Generation, hits: readonly RowHit[]): readonly number[] {
  const rows = database.all<{ chunk: number }>(
    `SELECT value AS chunk FROM json_each(?) WHERE value NOT IN (SELECT id FROM ${tables.chunk})`,
    JSON.stringify(hits.map(({ chunk }) => chunk)),
  );
  return rows.map(({ chunk }) => chunk);
}

function chunkCount(database: Reads, { tables }: Generation): number {
  const row = database.get<{ chunks: number }>(
    `SELECT coalesce(sum(chunks), 0) AS chunks FROM ${tables.tally}`,
  );
  return row?.chunks ?? 0;
}
