import { type Cost, type LedgerSum, noCost } from '@winnow/core';
import type { RunReport as IngestReport } from '@winnow/ingestion';
import type { RunReport } from './engine.ts';

/** A run as it is shown to people and scripts. */
export function runView(report: IngestReport, cost: Cost): RunReport {
  const { run, documents, chunks, modelCalls, tokens, seconds, progress } = report;
  return {
    run: run.runId,
    corpus: run.corpus,
    state: report.state,
    reason: run.reason,
    documents,
    chunks,
    modelCalls,
    tokens,
    cost,
    backfill: run.backfill ?? null,
    seconds,
    progress: {
      total: progress.total,
      done: progress.done,
      tokensPerSecond: seconds > 0 ? tokens / seconds : 0,
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
