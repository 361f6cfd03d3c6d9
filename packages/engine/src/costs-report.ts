import { type Cost, type CostsRequest, type LedgerSum, ledgerQueryOf } from '@winnow/core';
import type { Engine } from './engine.ts';
import { costOfSum } from './run-view.ts';

/** What was spent, by group and in all. */
export interface CostsReport {
  readonly by: CostsRequest['by'];
  /** ISO 8601; null: from the first entry on, and up to now. */
  readonly from: string | null;
  readonly to: string | null;
  /** Dearest first; days newest first. */
  readonly groups: readonly LedgerSum[];
  /** There are groups beyond the limit; the total has them too. */
  readonly more: boolean;
  readonly total: Cost;
}

/** @throws AppError `invalid_argument` for a corpus name or a moment that is none. */
export async function costsReport(
  engine: Pick<Engine, 'costs'>,
  request: CostsRequest,
  now: Date,
): Promise<CostsReport> {
  const query = ledgerQueryOf(request, now);
  const [groups, [total]] = await Promise.all([
    engine.costs({ ...query, limit: query.limit + 1 }),
    engine.costs({ ...query, by: 'total', limit: 1 }),
  ]);
  return {
    by: query.by,
    from: query.from ?? null,
    to: query.to ?? null,
    groups: groups.slice(0, query.limit),
    more: groups.length > query.limit,
    total: costOfSum(total),
  };
}
