import type { estypes } from '@elastic/elasticsearch';
import { instantOf, type LedgerGrouping, type LedgerQuery, type LedgerSum } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import type { Query } from '../connection/query.ts';

/** Names of the sums, and the fields they are over. */
const sums = {
  calls: 'calls',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  searches: 'searches',
  truncated: 'truncated',
  cached: 'cached',
  usd: 'usd',
  unpricedCalls: 'unpriced_calls',
} as const;

type Sums = Record<keyof typeof sums, { readonly value: number }>;
type Bucket = Sums & { readonly key: string };

const groupFields: Readonly<Record<Exclude<LedgerGrouping, 'total'>, string>> = {
  run: 'run_id',
  model: 'model',
  corpus: 'corpus',
  day: 'day',
  purpose: 'purpose',
};

/** Sums over every entry that was appended before. */
export async function sumLedger(
  connection: Connection,
  index: string,
  query: LedgerQuery,
): Promise<readonly LedgerSum[]> {
  const search = {
    index,
    size: 0,
    query: conditionsOf(query),
    track_total_hits: true,
    allow_partial_search_results: false,
    aggs: aggregationsOf(query),
  };
  await connection.read((client, options) => client.indices.refresh({ index }, options));
  const { hits, aggregations: found } = await connection.read((client, options) =>
    client.search<unknown, Partial<Sums> & { groups?: { buckets: readonly Bucket[] } }>(search, options),
  );
  if (typeof hits.total === 'object' && hits.total.value === 0) return [];
  if (query.by !== 'total' && found?.groups !== undefined) {
    return found.groups.buckets.map((bucket) => sumOf(bucket.key, bucket));
  }
  if (hasSums(found)) return [sumOf('', found)];
  throw indexError('internal', `the ledger ${index} gave no sums`);
}

function conditionsOf({ corpus, runId, from, to }: LedgerQuery): Query {
  const range = {
    ...(from !== undefined && { gte: instantOf(from).toISOString() }),
    ...(to !== undefined && { lt: instantOf(to).toISOString() }),
  };
  return {
    bool: {
      filter: [
        ...(corpus === undefined ? [] : [{ term: { corpus } }]),
        ...(runId === undefined ? [] : [{ term: { run_id: runId } }]),
        ...(from === undefined && to === undefined ? [] : [{ range: { at: range } }]),
      ],
    },
  };
}

function aggregationsOf({
  by,
  limit,
}: LedgerQuery): Record<string, estypes.AggregationsAggregationContainer> {
  const aggs = Object.fromEntries(Object.entries(sums).map(([name, field]) => [name, { sum: { field } }]));
  if (by === 'total') return aggs;
  const order =
    by === 'day' ? [{ _key: 'desc' as const }] : [{ usd: 'desc' as const }, { _key: 'asc' as const }];
  return { groups: { terms: { field: groupFields[by], size: limit, order }, aggs } };
}

function hasSums(found: Partial<Sums> | undefined): found is Sums {
  return found !== undefined && Object.keys(sums).every((name) => name in found);
}

function sumOf(group: string, found: Sums): LedgerSum {
  return {
    group,
    calls: found.calls.value,
    inputTokens: found.inputTokens.value,
    outputTokens: found.outputTokens.value,
    searches: found.searches.value,
    truncated: found.truncated.value,
    cached: found.cached.value,
    usd: found.usd.value,
    unpricedCalls: found.unpricedCalls.value,
  };
}
