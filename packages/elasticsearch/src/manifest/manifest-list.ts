import { type DocumentKey, type ManifestEntry, type ManifestQuery, onlySourceId } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import type { Query } from '../connection/query.ts';
import { entryOf, type ManifestRecord } from './manifest-record.ts';

/** Most hits one search gives. */
const maxPage = 10_000;

/** A page of the manifest as it was last refreshed, in order of document key. */
export async function listEntries(
  connection: Connection,
  index: string,
  query: ManifestQuery,
): Promise<readonly ManifestEntry[]> {
  const found: ManifestEntry[] = [];
  let after = query.after;
  while (found.length < query.limit) {
    const size = Math.min(maxPage, query.limit - found.length);
    const page = await searchPage(connection, index, { ...query, limit: size }, after);
    found.push(...page.map(entryOf).filter((entry) => hasCause(entry, query)));
    after = page.at(-1)?.document_key;
    if (page.length < size) break;
  }
  return found;
}

/** Records of the first version have their cause inside of the reason only. */
function hasCause({ reason }: ManifestEntry, { cause }: ManifestQuery): boolean {
  return cause === undefined || reason?.code === cause;
}

async function searchPage(
  connection: Connection,
  index: string,
  query: ManifestQuery,
  after: DocumentKey | undefined,
): Promise<ManifestRecord[]> {
  const answer = await connection.read((client, options) =>
    client.search<ManifestRecord>(
      {
        index,
        size: query.limit,
        query: { bool: { filter: filterOf(query) } },
        sort: [{ document_key: 'asc' }],
        track_total_hits: false,
        allow_partial_search_results: false,
        ...(after === undefined ? {} : { search_after: [after] }),
      },
      options,
    ),
  );
  return answer.hits.hits.map(({ _source }) => {
    if (_source === undefined) throw indexError('internal', `manifest ${index} keeps no source`);
    return _source;
  });
}

function filterOf({ states, runId, lane, sourceId, cause, dismissed }: ManifestQuery): Query[] {
  const filter: Query[] = [];
  if (states !== undefined) filter.push({ terms: { state: [...states] } });
  if (runId !== undefined) filter.push({ term: { run_id: runId } });
  if (lane !== undefined) filter.push({ term: { lane } });
  if (sourceId !== undefined) {
    const is: Query = { term: { source_id: sourceId } };
    filter.push(sourceId === onlySourceId ? orAbsent(is, 'source_id') : is);
  }
  if (cause !== undefined) filter.push({ term: { state: 'failed' } }, orAbsent({ term: { cause } }, 'cause'));
  if (dismissed === true) filter.push({ term: { dismissed } });
  if (dismissed === false) filter.push({ bool: { must_not: [{ term: { dismissed: true } }] } });
  return filter;
}

/** Records of the first version lack the field. */
function orAbsent(query: Query, field: string): Query {
  const absent: Query = { bool: { must_not: [{ exists: { field } }] } };
  return { bool: { should: [query, absent], minimum_should_match: 1 } };
}
