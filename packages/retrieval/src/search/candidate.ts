import type { Judgement, RecallHit, StoredChunk } from '@winnow/core';
import type { HitStages } from './search-response.ts';

/** A hit as fusion places it, before its chunk is read. */
export interface RankedHit extends RecallHit {
  readonly stages: HitStages;
}

/** A chunk on its way through the stages, which are functions from ranked candidates to ranked candidates. */
export interface Candidate {
  readonly chunk: StoredChunk;
  /** Of the last stage that scored it. */
  readonly score: number;
  readonly stages: HitStages;
  /** Null where no judge graded it. */
  readonly judgement: Judgement | null;
}
