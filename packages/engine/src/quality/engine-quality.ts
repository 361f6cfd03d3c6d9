import type { GoldenQuery, GoldenSet, QualityResult, RunId } from '@winnow/core';
import type {
  EvaluationMode,
  GivenJudgement,
  GivenQuery,
  OnVerified,
  QualityDrop,
  Verification,
} from '@winnow/evaluation';

/** Looks at how good a corpus answers, and whether a generation may take the live one's place. */
export interface EngineQuality {
  /**
   * Looks at the generation that is ready, or else at the live one, and keeps the report in its record.
   * @throws AppError `failed_precondition` for a generation that is still being built, or was given up meanwhile.
   */
  verify(name: string, options: VerifyOptions, signal: AbortSignal): Promise<Verification>;
  /**
   * Searches the live generation for the golden queries, and adds what they come to to the history.
   * @throws AppError `failed_precondition` where the corpus has no golden queries.
   */
  evaluate(name: string, options: EvaluateGoldenOptions, signal: AbortSignal): Promise<QualityResult>;
  history(name: string, limit: number): Promise<QualityHistoryView>;
}

export interface VerifyOptions {
  /** Number of one that is ready or live. */
  readonly generation?: number;
  /** Instead of those of the corpus, for this one look. */
  readonly golden?: GoldenPlace;
  /** A file of queries to compare two generations by: one a line, or JSON lines with `text`. */
  readonly queries?: string;
  readonly onVerified?: OnVerified;
}

/** A folder or file with golden queries, and which of the judgements in it. */
export interface GoldenPlace {
  readonly path: string;
  readonly qrels?: string;
}

interface EvaluateGoldenOptions {
  /** `hybrid` and `dense` by default. */
  readonly modes?: readonly EvaluationMode[];
  /** The run that it is done after, if any. */
  readonly runId?: RunId;
  readonly onQuery?: (done: number, total: number) => void;
}

export interface QualityHistoryView {
  /** Newest first. */
  readonly results: readonly QualityResult[];
  /** Figures of the newest result that fell. */
  readonly drops: readonly QualityDrop[];
}

/** Golden queries of a corpus: queries with judged documents. */
export interface EngineGolden {
  /** Reads them from a folder or file, in place of those that the corpus has. */
  set(name: string, place: GoldenPlace, signal: AbortSignal): Promise<GoldenChange>;
  /** The same, of what somebody has read already. */
  put(name: string, given: GivenGolden, signal: AbortSignal): Promise<GoldenChange>;
  show(name: string, signal: AbortSignal): Promise<GoldenView | null>;
  /** @returns whether there were any. */
  remove(name: string): Promise<boolean>;
}

export interface GivenGolden {
  readonly queries: readonly GivenQuery[];
  readonly judgements: readonly GivenJudgement[];
}

export interface GoldenChange extends GoldenSet {
  /** Queries that were left out, since nothing was judged relevant to them. */
  readonly withoutRelevant: number;
  readonly unknown: UnknownDocuments;
}

/** Judged documents that the live generation does not have: no search can find them. */
export interface UnknownDocuments {
  readonly count: number;
  readonly samples: readonly string[];
}

export interface GoldenView extends GoldenSet {
  readonly list: readonly GoldenQuery[];
}
