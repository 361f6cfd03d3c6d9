import { type Cost, type LedgerSum, noCost, type RunCounts } from '@winnow/core';
import { type RunReport as IngestReport, uncoveredOf } from '@winnow/ingestion';
import type { RunReport } from './engine-runs.ts';

/** A run as it is shown to people and scripts. */
export function runView(report: IngestReport, cost: Cost): RunReport {
  const { run, waiting, waited, documents, chunks, modelCalls, tokens, seconds, progress } = report;
  return {
    run: run.runId,
    kind: run.kind,
    corpus: run.corpus,
    state: report.state,
    waiting,
    waited,
    reason: run.reason,
    documents,
    planned: run.changes,
    deletions: { withheld: run.withheld?.count ?? 0, limit: run.withheld?.limit ?? null },
    approvedDeletions: run.approvedDeletions,
    uncovered: uncoveredOf(run.plan),
    bound: run.bound,
    budget: run.budget,
    chunks,
    modelCalls,
    tokens,
    cost,
    backfill: run.backfill ?? null,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    seconds,
    progress: {
      listed: progress.listed,
      total: progress.total,
      done: progress.done,
      tokensPerSecond: progress.tokensPerSecond,
      etaSeconds: progress.secondsLeft,
    },
  };
}

/** A sum of the ledger as a cost; nothing spent where there is none. */
export function costOfSum(sum: LedgerSum | undefined): Cost {
  if (sum === undefined) return noCost;
  const { group: _, ...cost } = sum;
  return cost;
}

/** What a run has counted along the way: it costs nothing to ask, and lacks what the ledger tells apart. */
export function costOfCounts({ modelCalls, tokens, usd }: RunCounts): Cost {
  return { ...noCost, calls: modelCalls, inputTokens: tokens, usd };
}
