import { type Corpus, createTurns, liveRef, placeOf, type RecallResult } from '@winnow/core';
import { recallByFeedback } from '../feedback/recall-by-feedback.ts';
import { fuseCandidates } from '../fusion/fuse-candidates.ts';
import { openQueryBill } from '../open-query-bill.ts';
import type { QueryContext, SearchPorts } from '../ports.ts';
import { rerank } from '../rerank/rerank.ts';
import { elapsed, timed } from '../stopwatch.ts';
import { applyThreshold } from './apply-threshold.ts';
import type { Candidate } from './candidate.ts';
import { type CollapsedCandidates, collapseDuplicates } from './collapse-duplicates.ts';
import { type EmbeddedQuery, embedQuery } from './embed-query.ts';
import { joinChunks } from './join-chunks.ts';
import { diversify } from './mmr.ts';
import { neighboursOf } from './neighbours.ts';
import { recall } from './recall.ts';
import type { SearchRequest } from './search-request.ts';
import type { SearchHit, SearchResponse } from './search-response.ts';

/**
 * Searches a corpus: recall → fuse → feedback → collapse → rerank → threshold → diversity → neighbours.
 *
 * @param request parsed by `searchRequestSchema`.
 * @returns at most `request.k` hits. Each carries its rank and score at every stage; a step that did not work is
 * named in the notes.
 * @throws AppError `invalid_argument` for a threshold without scores it can apply to or an unknown reranker;
 * `canceled`; what store and, in mode `dense`, embedder throw.
 */
export async function search(
  ports: SearchPorts,
  corpus: Corpus,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<SearchResponse> {
  const context: QueryContext = { corpus, bill: openQueryBill(ports, corpus), signal };
  return (await searchFor(ports, context, request, await embedQuery(ports, context, request))).response;
}

/** A search, and whether a step of it that works as a rule did not this time: another may find better. */
export interface Searched {
  readonly response: SearchResponse;
  readonly degraded: boolean;
}

/** A search on the account of whatever it is part of, for a query that is already embedded. */
export async function searchFor(
  ports: SearchPorts,
  context: QueryContext,
  request: SearchRequest,
  embedded: EmbeddedQuery,
): Promise<Searched> {
  const { clock } = ports;
  const { corpus, bill, signal } = context;
  const start = clock.now();
  const recalled = await recall(ports, context, request, embedded.vector);
  const fused = await timed(clock, () => fuseCandidates(recalled.result, request));
  const fedBack = await timed(clock, () =>
    feedBack(ports, context, request, {
      vector: embedded.vector,
      recalled: recalled.result,
      fused: fused.result,
    }),
  );
  const distinct = await timed(clock, () => collapse(fedBack.result, request, signal));
  const reranked = await timed(clock, () => rerank(ports, context, request, distinct.result.candidates));
  const { candidates, reranker } = reranked.result;
  const passing = applyThreshold(candidates, reranker === null ? null : request.threshold);
  const chosen = await choose(passing, request, signal);
  const hits = await timed(clock, () => hitsOf(ports, context, request, chosen, distinct.result));
  const response: SearchResponse = {
    hits: hits.result,
    reranker,
    timingsMs: {
      embed: embedded.durationMs,
      recall: recalled.durationMs,
      fuse: fused.durationMs,
      feedback: fedBack.durationMs,
      collapse: distinct.durationMs,
      rerank: reranked.durationMs,
      neighbours: hits.durationMs,
      total: elapsed(clock, start - embedded.durationMs),
    },
    queryId: bill.to.queryId ?? '',
    generation: corpus.liveGeneration,
    cost: bill.total(),
    notes: [...embedded.notes, ...recalled.notes, ...reranked.result.notes],
  };
  logSearch(ports, corpus, request, response, fedBack.result.length);
  return { response, degraded: embedded.notes.length > 0 || reranked.result.degraded };
}

interface FirstFound {
  readonly vector: Float32Array | null;
  readonly recalled: RecallResult;
  readonly fused: readonly Candidate[];
}

/** The first ranking itself where no feedback is asked for, or there is no vector to move. */
async function feedBack(
  ports: SearchPorts,
  context: QueryContext,
  request: SearchRequest,
  { vector, recalled, fused }: FirstFound,
): Promise<readonly Candidate[]> {
  if (!request.feedback || request.mode !== 'hybrid' || vector === null) return fused;
  const again = await recallByFeedback(ports, context, request, vector, fused);
  return again === null ? fused : fuseCandidates(recalled, request, again);
}

/** Distinct passages that are made sure of, at least: as many as a reranker takes as a rule. */
const leastDistinct = 50;
/** And for each hit, since diversity chooses among more. */
const distinctPerHit = 3;

async function collapse(
  candidates: readonly Candidate[],
  { duplicates, k }: SearchRequest,
  signal: AbortSignal,
): Promise<CollapsedCandidates> {
  if (duplicates === 'show') return { candidates, copies: new Map() };
  const wanted = Math.max(leastDistinct, k * distinctPerHit);
  return await collapseDuplicates(candidates, wanted, createTurns(signal));
}

async function choose(
  candidates: readonly Candidate[],
  { mmr, k }: SearchRequest,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  if (mmr === null) return candidates.slice(0, k);
  return await diversify(candidates, mmr.lambda, k, createTurns(signal));
}

async function hitsOf(
  ports: SearchPorts,
  { corpus, signal }: QueryContext,
  request: SearchRequest,
  chosen: readonly Candidate[],
  { copies }: CollapsedCandidates,
): Promise<readonly SearchHit[]> {
  const hitOf = (candidate: Candidate): SearchHit => ({
    ...hitWithoutCopies(candidate),
    duplicates: copies.get(candidate.chunk.chunkId) ?? [],
  });
  if (request.neighbours === 0) return chosen.map(hitOf);
  const chunks = chosen.map(({ chunk }) => chunk);
  const around = await neighboursOf(ports.store.chunks, liveRef(corpus), chunks, {
    reach: request.neighbours,
    signal,
  });
  return chosen.map((candidate, at) => ({
    ...hitOf(candidate),
    context: joinChunks(around[at] ?? [candidate.chunk]),
  }));
}

function hitWithoutCopies({ chunk, score, stages, judgement }: Candidate): Omit<SearchHit, 'duplicates'> {
  const { documentId, chunkId, title, headings, text, position, start, end, metadata } = chunk;
  const place = placeOf(chunk);
  const passage = { documentId, chunkId, title, headings, text, position, start, end, ...place, metadata };
  return { ...passage, score, stages, judgement };
}

function logSearch(
  { log }: SearchPorts,
  corpus: Corpus,
  { mode, fusion }: SearchRequest,
  { queryId, hits, reranker, timingsMs, cost, notes }: SearchResponse,
  candidates: number,
): void {
  log.info({
    event: 'search-done',
    queryId,
    corpus: corpus.name,
    generation: corpus.liveGeneration,
    mode,
    fusion: mode === 'hybrid' ? fusion : null,
    reranker: reranker?.modelId ?? null,
    candidates,
    reranked: reranker?.candidates ?? 0,
    hits: hits.length,
    notes: notes.length,
    usd: cost.usd,
    embedMs: timingsMs.embed,
    recallMs: timingsMs.recall,
    rerankMs: timingsMs.rerank,
    durationMs: timingsMs.total,
  });
}
