import {
  type Corpus,
  createTurns,
  liveRef,
  nextTurn,
  placeOf,
  type RecallQuery,
  type RecallResult,
  type Reranker,
} from '@winnow/core';
import { passagesForTerms, recallByFeedback } from '../feedback/recall-by-feedback.ts';
import { fuseHits, rankingOf } from '../fusion/fuse-hits.ts';
import { openQueryBill } from '../open-query-bill.ts';
import type { QueryContext, SearchPorts } from '../ports.ts';
import { openReranker, rerank, rerankerIn } from '../rerank/rerank.ts';
import { elapsed, timed } from '../stopwatch.ts';
import { applyThreshold } from './apply-threshold.ts';
import type { Candidate, RankedHit } from './candidate.ts';
import { type CollapsedCandidates, collapseDuplicates } from './collapse-duplicates.ts';
import { type EmbeddedQuery, embedQuery } from './embed-query.ts';
import { joinChunks } from './join-chunks.ts';
import { diversify } from './mmr.ts';
import { type Neighbours, neighboursOf } from './neighbours.ts';
import { readCandidates } from './read-candidates.ts';
import { recall } from './recall.ts';
import type { SearchRequest } from './search-request.ts';
import type { SearchHit, SearchResponse } from './search-response.ts';
import { distinctWanted, wantedChunks } from './wanted-chunks.ts';

/**
 * Searches a corpus: recall → fuse → feedback → read → collapse → rerank → threshold → diversity → neighbours.
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
  const embedded = await embedQuery(ports, context, request);
  const { response, neighbours } = await searchFor(ports, context, request, embedded);
  return { ...response, hits: response.hits.map((hit) => withContext(hit, neighbours)) };
}

/** What a search finds, for whoever goes on with it. */
export interface Searched {
  readonly response: SearchResponse;
  /** What stands around the hits; empty where no neighbours were asked for. */
  readonly neighbours: Neighbours;
  /** A step of it that works as a rule did not this time: another may find better. */
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
  // What comes in together begins one after the other.
  await nextTurn();
  const opened = await openReranker(ports, context, request);
  const reranker = rerankerIn(opened);
  const query: Query = { request, reranker, vector: embedded.vector };
  const recalled = await recall(ports, context, request, firstLook(query));
  const fused = await timed(clock, () => fuseHits(recalled.result, request));
  const fedBack = await timed(clock, () =>
    feedBack(ports, context, query, { recalled: recalled.result, ranked: fused.result }),
  );
  const distinct = await timed(clock, () => distinctCandidates(ports, context, query, fedBack.result));
  const reranked = await timed(clock, () =>
    rerank(ports, context, request, { opened, candidates: distinct.result.candidates }),
  );
  const { candidates } = reranked.result;
  const passing = applyThreshold(candidates, reranked.result.reranker === null ? null : request.threshold);
  const chosen = await choose(passing, request, signal);
  const around = await timed(clock, () =>
    neighboursOfChosen(ports, context, request, { chosen, known: fedBack.result.around }),
  );
  const response: SearchResponse = {
    hits: chosen.map((candidate) => hitOf(candidate, distinct.result)),
    reranker: reranked.result.reranker,
    timingsMs: {
      embed: embedded.durationMs,
      recall: recalled.durationMs,
      fuse: fused.durationMs,
      feedback: fedBack.durationMs,
      collapse: distinct.durationMs,
      rerank: reranked.durationMs,
      neighbours: around.durationMs,
      total: elapsed(clock, start - embedded.durationMs),
    },
    queryId: bill.to.queryId ?? '',
    generation: corpus.liveGeneration,
    cost: bill.total(),
    notes: [...embedded.notes, ...recalled.notes, ...reranked.result.notes],
  };
  logSearch(ports, corpus, request, response, fedBack.result.ranked.length);
  return {
    response,
    neighbours: around.result,
    degraded: embedded.notes.length > 0 || reranked.result.degraded,
  };
}

/** A request with what it is carried out by. */
interface Query {
  readonly request: SearchRequest;
  /** Null where none will run. */
  readonly reranker: Reranker | null;
  /** Null where no dense leg runs. */
  readonly vector: Float32Array | null;
}

/** What the first recall looks at: all that is needed, or just what feedback learns from. */
function firstLook(query: Query): Pick<RecallQuery, 'vector' | 'wanted'> {
  const { request, reranker, vector } = query;
  return {
    vector,
    wanted(found) {
      const ranking = rankingOf(found, request);
      if (!isFedBack(query)) return wantedChunks(ranking, request, reranker);
      const texts = ranking.slice(0, passagesForTerms).map(({ chunkId }) => chunkId);
      return { texts, around: { of: [], reach: 0 }, tokenVectors: [] };
    },
  };
}

/** Feedback needs a vector to move. */
function isFedBack({ request, vector }: Query): boolean {
  return request.feedback && request.mode === 'hybrid' && vector !== null;
}

/** A ranking, with what was read along with its hits. */
interface Ranking extends Pick<RecallResult, 'chunks' | 'around'> {
  readonly ranked: readonly RankedHit[];
}

/** The first ranking itself where no feedback is asked for, or there is no vector to move. */
async function feedBack(
  ports: SearchPorts,
  context: QueryContext,
  query: Query,
  { recalled, ranked }: { readonly recalled: RecallResult; readonly ranked: readonly RankedHit[] },
): Promise<Ranking> {
  const { request, reranker, vector } = query;
  const { chunks, around } = recalled;
  if (!isFedBack(query) || vector === null) return { ranked, chunks, around };
  const options = { known: chunks, signal: context.signal };
  const learntFrom = ranked.slice(0, passagesForTerms);
  const first = await Array.fromAsync(
    readCandidates(ports.store.chunks, liveRef(context.corpus), learntFrom, options),
  );
  const again = await recallByFeedback(ports, context, request, {
    vector,
    first,
    wanted: (found) => wantedChunks(rankingOf(recalled, request, found), request, reranker),
  });
  if (again === null) return { ranked, chunks, around };
  return {
    ranked: fuseHits(recalled, request, again),
    chunks: new Map([...chunks, ...again.chunks]),
    around: again.around,
  };
}

/** The first candidates of a ranking: of passages that say the same, one, unless all are to be shown. */
async function distinctCandidates(
  { store }: SearchPorts,
  { corpus, signal }: QueryContext,
  { request, reranker }: Query,
  { ranked, chunks }: Ranking,
): Promise<CollapsedCandidates> {
  const wanted = distinctWanted(request, reranker);
  const read = (hits: readonly RankedHit[]) =>
    readCandidates(store.chunks, liveRef(corpus), hits, { known: chunks, signal });
  if (request.duplicates === 'collapse')
    return await collapseDuplicates(read(ranked), wanted, createTurns(signal));
  return { candidates: await Array.fromAsync(read(ranked.slice(0, wanted))), copies: new Map() };
}

async function choose(
  candidates: readonly Candidate[],
  { mmr, k }: SearchRequest,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  if (mmr === null) return candidates.slice(0, k);
  return await diversify(candidates, mmr.lambda, k, createTurns(signal));
}

async function neighboursOfChosen(
  { store }: SearchPorts,
  { corpus, signal }: QueryContext,
  { neighbours: reach }: SearchRequest,
  { chosen, known }: { readonly chosen: readonly Candidate[]; readonly known: RecallResult['around'] },
): Promise<Neighbours> {
  if (reach === 0) return new Map();
  const chunks = chosen.map(({ chunk }) => chunk);
  return await neighboursOf(store.chunks, liveRef(corpus), chunks, { reach, known, signal });
}

function withContext(hit: SearchHit, neighbours: Neighbours): SearchHit {
  const around = neighbours.get(hit.chunkId);
  return around === undefined ? hit : { ...hit, context: joinChunks(around) };
}

function hitOf(candidate: Candidate, { copies }: CollapsedCandidates): SearchHit {
  return { ...hitWithoutCopies(candidate), duplicates: copies.get(candidate.chunk.chunkId) ?? [] };
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
