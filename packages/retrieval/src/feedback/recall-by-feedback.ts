import { embeddingKeyOf, liveRef, type RecallQuery, type RecallResult } from '@winnow/core';
import { embeddingTextOf, searchTerms } from '@winnow/text';
import type { QueryContext, SearchPorts } from '../ports.ts';
import type { Candidate } from '../search/candidate.ts';
import { legSize, type SearchRequest } from '../search/search-request.ts';
import { expandTerms } from './expand-terms.ts';
import { moveVector } from './move-vector.ts';

/** Passages that terms are taken from. */
export const passagesForTerms = 10;
/** Passages that the vector is moved towards. */
const passagesForVector = 5;

/**
 * Searches again as if the first passages had been found to answer: with their terms besides the query's, and with the
 * query's vector moved towards theirs. No model is called: vectors are those of the index, and of a passage whose vector is
 * not found there nothing is learnt.
 *
 * @param vector of the query.
 * @param first best first; {@link passagesForTerms} are enough.
 * @param wanted what is looked at of the hits.
 * @returns what to fuse with the first recall; null where that found nothing.
 * @throws AppError what the store throws, or the embedder where it has to be loaded.
 */
export async function recallByFeedback(
  ports: SearchPorts,
  context: QueryContext,
  request: SearchRequest,
  { vector, first, wanted }: FeedbackQuery,
): Promise<RecallResult | null> {
  if (first.length === 0) return null;
  const { corpus, signal } = context;
  const passages = first.slice(0, passagesForTerms).map((candidate) => ({
    terms: searchTerms(textOf(candidate)),
    score: candidate.score,
  }));
  const nearest = await vectorsOf(ports, context, first.slice(0, passagesForVector));
  return await ports.store.chunks.recall(liveRef(corpus), {
    terms: expandTerms(searchTerms(request.query), passages),
    vector: moveVector(vector, nearest),
    k: legSize(request),
    filter: request.filter,
    signal,
    wanted,
  });
}

export interface FeedbackQuery {
  readonly vector: Float32Array;
  readonly first: readonly Candidate[];
  readonly wanted: NonNullable<RecallQuery['wanted']>;
}

async function vectorsOf(
  { store, embedderOf }: SearchPorts,
  { corpus, bill }: QueryContext,
  candidates: readonly Candidate[],
): Promise<readonly Float32Array[]> {
  const { fingerprint, dimensions } = await embedderOf(corpus, bill);
  const keys = candidates.map((candidate) => embeddingKeyOf(fingerprint, textOf(candidate)));
  const vectors = await store.chunks.vectorsByKey(liveRef(corpus), [...new Set(keys)]);
  return keys.flatMap((key) => {
    const vector = vectors.get(key);
    return vector?.length === dimensions ? [vector] : [];
  });
}

/** What it was embedded and indexed as. */
function textOf({ chunk }: Candidate): string {
  return embeddingTextOf(chunk.title, chunk);
}
