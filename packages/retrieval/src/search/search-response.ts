import type { ChunkId, Cost, DocumentId, Judgement, Metadata, Place } from '@winnow/core';
import type { PassageCopy } from './collapse-duplicates.ts';

/** Where a stage put a candidate. */
export interface StageScore {
  /** From 1. */
  readonly rank: number;
  readonly score: number;
}

/** What each stage made of a candidate; null where the stage did not see it. */
export interface HitStages {
  /** BM25 score, above 0. What only feedback found stands in neither leg. */
  readonly bm25: StageScore | null;
  /** Cosine similarity, −1…1. */
  readonly dense: StageScore | null;
  /** Null where one leg ran alone. */
  readonly fused: StageScore | null;
  /** The reranker's own score; the rank is the one it led to. */
  readonly rerank: StageScore | null;
}

/** A hit's surroundings as one text. */
export interface HitContext {
  /** The chunks joined without what they repeat of each other; a line break where they do not touch. */
  readonly text: string;
  /** Offsets in the document of the first and behind the last character. */
  readonly start: number;
  readonly end: number;
}

export interface SearchHit extends Place {
  readonly documentId: DocumentId;
  readonly chunkId: ChunkId;
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
  /** Position of the chunk among those of its document, from 0. */
  readonly position: number;
  /** `document.text.slice(start, end)` is the text. */
  readonly start: number;
  readonly end: number;
  readonly metadata: Metadata;
  /** The score that placed the hit: of the last stage that scored it. Comparable among hits that stage scored. */
  readonly score: number;
  readonly stages: HitStages;
  /** Why a judge placed the hit where it is; null where no judge graded it. */
  readonly judgement: Judgement | null;
  /** Passages that say the same and were ranked behind; best first. Empty where they are shown as hits. */
  readonly duplicates: readonly PassageCopy[];
  /** Present where neighbours were asked for. */
  readonly context?: HitContext;
}

/** Milliseconds per stage; 0 for a stage that did not run. */
interface SearchTimings {
  readonly embed: number;
  readonly recall: number;
  readonly fuse: number;
  /** Searching again by what was found, and fusing that too. */
  readonly feedback: number;
  readonly collapse: number;
  readonly rerank: number;
  readonly neighbours: number;
  readonly total: number;
}

export interface SearchResponse {
  /** Best first. */
  readonly hits: readonly SearchHit[];
  /** The reranker that placed the first hits, and how many candidates it scored; null where none did. */
  readonly reranker: { readonly modelId: string; readonly candidates: number } | null;
  readonly timingsMs: SearchTimings;
  /** Names this search in the ledger. */
  readonly queryId: string;
  /** Number of the generation that was searched. */
  readonly generation: number;
  /** What its models took; of an answer's search, what was spent until then. */
  readonly cost: Cost;
  /** What was left out or did not work, in plain words; empty on a normal day. */
  readonly notes: readonly string[];
}
