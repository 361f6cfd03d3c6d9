import type { CorpusName, RunId } from '../ids.ts';
import { addModelUsage, type ModelUsage } from '../model-usage.ts';

export const callPurposes = [
  'embed-documents',
  'embed-query',
  'rerank',
  'judge',
  'condense',
  'answer',
  'test',
] as const;
export type CallPurpose = (typeof callPurposes)[number];

/** Who a call is made for. */
export interface BillTo {
  readonly corpus: CorpusName | null;
  /** Null for queries. */
  readonly runId: RunId | null;
  /** Names one search or answer; null for runs. */
  readonly queryId: string | null;
}

/** One call of a model: what it took and what it costs. Never what was said. */
export interface LedgerEntry extends BillTo, ModelUsage {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly purpose: CallPurpose;
  readonly provider: string;
  readonly model: string;
  /** Texts or answers that a cache had, so that nobody was called. */
  readonly cached: number;
  /** US dollars; 0 for local models; null where no price is known. */
  readonly usd: number | null;
}

export const ledgerGroupings = ['total', 'run', 'model', 'corpus', 'day', 'purpose'] as const;
export type LedgerGrouping = (typeof ledgerGroupings)[number];

export interface LedgerQuery {
  /** What makes a group; `day` is the UTC date. */
  readonly by: LedgerGrouping;
  readonly corpus?: CorpusName;
  readonly runId?: RunId;
  /** ISO 8601, compared as instants; from inclusive, to exclusive. */
  readonly from?: string;
  readonly to?: string;
  /** Groups at most, 1–10,000. */
  readonly limit: number;
}

/** Sums over the entries of one group. */
export interface LedgerSum extends ModelUsage {
  /** Run id, model, corpus, `YYYY-MM-DD` or purpose; empty for the total, and for entries that have none. */
  readonly group: string;
  readonly cached: number;
  /** Of the entries whose price is known. */
  readonly usd: number;
  /** Calls whose price is not known. */
  readonly unpricedCalls: number;
}

/**
 * What was spent, call by call, for as long as the installation lives: entries are only ever added. Two
 * adapters pass one conformance suite (`testkit`).
 */
export interface Ledger {
  /** @throws AppError `invalid_argument` for an instant that is none; otherwise as a store does. */
  append(entries: readonly LedgerEntry[]): Promise<void>;
  /**
   * Dearest group first, then by group in order of code points; `day` by date, newest first. Includes every
   * finished append. What has no entries has no group: an empty ledger gives [], also for the total.
   */
  sum(query: LedgerQuery): Promise<readonly LedgerSum[]>;
  close(): Promise<void>;
}

/** What is written down of one call before its time and owner are added. */
export type BilledCall = Pick<LedgerEntry, 'purpose' | 'provider' | 'model' | 'cached' | 'usd'> & ModelUsage;

/** What one search, answer or run has cost so far. */
export interface Cost extends ModelUsage {
  readonly cached: number;
  /** US dollars of the calls whose price is known. */
  readonly usd: number;
  readonly unpricedCalls: number;
}

export const noCost: Cost = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  searches: 0,
  truncated: 0,
  cached: 0,
  usd: 0,
  unpricedCalls: 0,
};

/** Field by field. */
export function addCost(one: Cost, other: Cost): Cost {
  return {
    ...addModelUsage(one, other),
    cached: one.cached + other.cached,
    usd: one.usd + other.usd,
    unpricedCalls: one.unpricedCalls + other.unpricedCalls,
  };
}

/** Collects the calls made for one owner, and passes each on to the ledger. */
export interface Bill {
  readonly to: BillTo;
  /** Returns at once. A ledger that cannot be written to is logged: what is spent is spent. */
  add(call: BilledCall): void;
  total(): Cost;
  /** Resolves when everything added so far is written or logged as lost. */
  settled(): Promise<void>;
}
