import { instantOf, type LedgerEntry } from '@winnow/core';

/** An entry as it is kept. Empty: of no corpus, run or query, so that these make a group as well. */
export interface LedgerRecord {
  readonly at: string;
  /** `YYYY-MM-DD` in UTC. */
  readonly day: string;
  readonly corpus: string;
  readonly run_id: string;
  readonly query_id: string;
  readonly purpose: string;
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly searches: number;
  readonly truncated: number;
  readonly cached: number;
  readonly unpriced_calls: number;
  readonly usd: number | null;
}

/** @throws AppError `invalid_argument` if the entry has no instant. */
export function ledgerRecordOf(entry: LedgerEntry): LedgerRecord {
  const at = instantOf(entry.at).toISOString();
  return {
    at,
    day: at.slice(0, 10),
    corpus: entry.corpus ?? '',
    run_id: entry.runId ?? '',
    query_id: entry.queryId ?? '',
    purpose: entry.purpose,
    provider: entry.provider,
    model: entry.model,
    calls: entry.calls,
    input_tokens: entry.inputTokens,
    output_tokens: entry.outputTokens,
    searches: entry.searches,
    truncated: entry.truncated,
    cached: entry.cached,
    unpriced_calls: entry.usd === null ? entry.calls : 0,
    usd: entry.usd,
  };
}
