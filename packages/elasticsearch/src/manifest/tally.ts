import type { estypes } from '@elastic/elasticsearch';
import type { DocumentState, RunId, Tally } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';

const sums = ['chunk_count', 'embedded', 'reused', 'model_calls', 'tokens'] as const;

/** Counts over a manifest index as it was last refreshed, or over the entries of one run in it. */
export async function tallyOf(connection: Connection, index: string, runId?: RunId): Promise<Tally> {
  const answer = await connection.read((client, options) =>
    client.search<unknown, Aggregations>(
      {
        index,
        size: 0,
        query: runId === undefined ? { match_all: {} } : { term: { run_id: runId } },
        allow_partial_search_results: false,
        aggs: {
          states: { terms: { field: 'state' } },
          searchable: { filter: { exists: { field: 'live_version' } } },
          dismissed: {
            filter: { bool: { filter: [{ term: { state: 'failed' } }, { term: { dismissed: true } }] } },
          },
          ...Object.fromEntries(sums.map((field) => [field, { sum: { field } }])),
        },
      },
      options,
    ),
  );
  const found = answer.aggregations;
  if (found === undefined) throw indexError('internal', `manifest ${index} gave no counts`);
  const { buckets } = found.states;
  const count = (state: DocumentState) => buckets.find(({ key }) => key === state)?.doc_count ?? 0;
  return {
    pending: count('pending'),
    live: count('live'),
    failed: count('failed'),
    dismissed: found.dismissed.doc_count,
    deleted: count('deleted'),
    searchable: found.searchable.doc_count,
    chunks: found.chunk_count.value,
    usage: {
      embedded: found.embedded.value,
      reused: found.reused.value,
      modelCalls: found.model_calls.value,
      tokens: found.tokens.value,
    },
  };
}

interface Aggregations extends Record<(typeof sums)[number], { readonly value: number }> {
  readonly states: { readonly buckets: readonly { readonly key: string; readonly doc_count: number }[] };
  readonly searchable: estypes.AggregationsSingleBucketAggregateBase;
  readonly dismissed: estypes.AggregationsSingleBucketAggregateBase;
}
