import { z } from 'zod';
import { parseCorpusName } from './corpus.ts';
import type { RunId } from './ids.ts';
import { instantOf } from './instant.ts';
import { type LedgerQuery, ledgerGroupings } from './ports/ledger.ts';

const moment = (what: string) =>
  z.string().max(40).describe(`${what}: a date, a time with its zone, or so long ago: 30m, 24h, 7d, 4w.`);

/** What the command line and the HTTP API may ask of the ledger. */
export const costsRequestSchema = z.strictObject({
  by: z.enum(ledgerGroupings).default('model').describe('What makes a group; days are those of UTC.'),
  corpus: z.string().max(64).optional().describe('Only calls for this corpus; it may be deleted by now.'),
  run: z.string().max(64).optional().describe('Only calls of this run.'),
  since: moment('From then on').optional(),
  until: moment('Before then').optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('Groups at most.'),
});

export type CostsRequest = z.output<typeof costsRequestSchema>;

/** @throws AppError `invalid_argument` for a name or a moment that is none. */
export function ledgerQueryOf(request: CostsRequest, now: Date): LedgerQuery {
  const { by, corpus, run, since, until, limit } = request;
  return {
    by,
    limit,
    ...(corpus !== undefined && { corpus: parseCorpusName(corpus) }),
    // Any text may be asked for; one that names no run has no entries.
    ...(run !== undefined && { runId: run as RunId }),
    ...(since !== undefined && { from: momentOf(since, now).toISOString() }),
    ...(until !== undefined && { to: momentOf(until, now).toISOString() }),
  };
}

const minuteMs = 60_000;
const unitMs: ReadonlyMap<string, number> = new Map([
  ['m', minuteMs],
  ['h', 60 * minuteMs],
  ['d', 24 * 60 * minuteMs],
  ['w', 7 * 24 * 60 * minuteMs],
]);

function momentOf(text: string, now: Date): Date {
  const [, count = '', unit = ''] = /^(\d{1,4})([mhdw])$/.exec(text) ?? [];
  const ms = unitMs.get(unit);
  return ms === undefined ? instantOf(text) : new Date(now.getTime() - Number(count) * ms);
}
