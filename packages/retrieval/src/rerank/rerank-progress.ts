import type { AppError, ErrorCode } from '@winnow/core';
import type { Candidate } from '../search/candidate.ts';
import type { SearchResponse } from '../search/search-response.ts';
import type { ScoredCandidates } from './score-candidates.ts';

export interface Reranked {
  readonly candidates: readonly Candidate[];
  /** The first reranker that placed anything, and how many it scored; null where none did. */
  readonly reranker: SearchResponse['reranker'];
  /** A reranker that is there did not do its part this time: the next search may be ranked better. */
  readonly degraded: boolean;
  readonly notes: readonly string[];
}

/** How far several rerankers have come with one list. */
export interface RerankProgress {
  /** Scored, in their final order. */
  readonly placed: readonly Candidate[];
  /** For the next reranker, in the order they came. */
  readonly waiting: readonly Candidate[];
  /** Beyond the depth of a reranker that scored others: they keep their order at the end. */
  readonly beyond: readonly Candidate[];
  readonly reranker: Reranked['reranker'];
  /** Who did not rerank, and why. */
  readonly failures: readonly { readonly who: string; readonly message: string; readonly code: ErrorCode }[];
  /** A reranker left passages without a score. */
  readonly incomplete: boolean;
  readonly notes: readonly string[];
}

export function startProgress(candidates: readonly Candidate[]): RerankProgress {
  return {
    placed: [],
    waiting: candidates,
    beyond: [],
    reranker: null,
    failures: [],
    incomplete: false,
    notes: [],
  };
}

/** One reranker's turn. */
interface Turn {
  readonly modelId: string;
  readonly scored: ScoredCandidates;
  /** Those of `waiting` that it was not given. */
  readonly beyond: readonly Candidate[];
}

/** Puts what a reranker scored below what was scored before. */
export function withScored(progress: RerankProgress, { modelId, scored, beyond }: Turn): RerankProgress {
  const { placed, failures } = progress;
  const moved = scored.placed.map((candidate) => movedDown(candidate, placed.length));
  const isStandIn = placed.length > 0 || failures.length > 0;
  const which =
    placed.length > 0 ? 'passages without a score ranked below the others by' : 'ranked instead by';
  const note = isStandIn && moved.length > 0 ? [`${which} ${modelId}: ${moved.length}`] : [];
  return {
    ...progress,
    placed: [...placed, ...moved],
    waiting: scored.missed,
    incomplete: progress.incomplete || scored.missed.length > 0,
    beyond: [...beyond, ...progress.beyond],
    reranker: progress.reranker ?? (moved.length > 0 ? { modelId, candidates: moved.length } : null),
    notes: [...progress.notes, ...scored.notes, ...note],
  };
}

export function withFailure(
  progress: RerankProgress,
  who: string,
  { message, code }: AppError,
): RerankProgress {
  return { ...progress, failures: [...progress.failures, { who, message, code }] };
}

/** Failures that come back each time until somebody changes the settings. */
const lasting: ReadonlySet<ErrorCode> = new Set(['invalid_argument', 'not_found', 'failed_precondition']);

/** @param threshold null where none was asked for. */
export function finishProgress(progress: RerankProgress, threshold: number | null): Reranked {
  const { placed, waiting, beyond, reranker, failures, notes } = progress;
  const told = failures.map(({ who, message }) => `${who} did not rerank: ${message}`);
  const candidates = [...placed, ...waiting, ...beyond];
  const degraded = progress.incomplete || failures.some(({ code }) => !lasting.has(code));
  if (reranker === null) {
    const unmet = threshold === null ? '' : '; the threshold was not applied';
    const last = `not reranked: ${failures.at(-1)?.message ?? 'nothing was scored'}${unmet}`;
    return { candidates, reranker, degraded, notes: [...told.slice(0, -1), ...notes, last] };
  }
  const fate = threshold === null ? 'left in their order below the others' : 'left out by the threshold';
  const left = waiting.length > 0 ? [`passages without a score ${fate}: ${waiting.length}`] : [];
  return { candidates, reranker, degraded, notes: [...told, ...notes, ...left] };
}

function movedDown(candidate: Candidate, places: number): Candidate {
  const { rerank } = candidate.stages;
  if (rerank === null) return candidate;
  return {
    ...candidate,
    stages: { ...candidate.stages, rerank: { ...rerank, rank: rerank.rank + places } },
  };
}
