import type { CensusQuery, DocumentKey, GenerationRef, IndexedVersion } from '@winnow/core';
import type { Refresher } from '../indexes/refresher.ts';
import { revisionOfVersion } from './chunk-version.ts';
import type { ReadPorts } from './read-document.ts';

/** Most versions that one search counts. */
const maxPage = 10_000;

/** A version of a document as the server names and counts it. */
interface VersionBucket {
  readonly key: { readonly document_key: DocumentKey; readonly version: string };
  readonly doc_count: number;
  readonly broken: { readonly doc_count: number };
}

/**
 * What the index holds, in order of document key and version. A walk through it sees every write that was finished
 * before its first page; later pages do not make the server refresh again.
 */
export async function takeCensus(
  ports: ReadPorts & { readonly refresher: Refresher },
  ref: GenerationRef,
  { after, limit }: CensusQuery,
  signal: AbortSignal,
): Promise<readonly IndexedVersion[]> {
  const index = ports.names.chunks(ref);
  if (after === undefined) await ports.refresher.refreshed(index, { signal });
  const found: IndexedVersion[] = [];
  let last = after;
  while (found.length < limit) {
    const size = Math.min(maxPage, limit - found.length);
    const page = await versionsAfter(ports, index, last, size, signal);
    found.push(...page);
    last = page.at(-1);
    if (page.length < size) break;
  }
  return found;
}

async function versionsAfter(
  { connection }: ReadPorts,
  index: string,
  after: CensusQuery['after'],
  size: number,
  signal: AbortSignal,
): Promise<readonly IndexedVersion[]> {
  const composite = {
    size,
    sources: [
      { document_key: { terms: { field: 'document_key' } } },
      { version: { terms: { field: 'version' } } },
    ],
    ...(after !== undefined && { after: { document_key: after.documentKey, version: after.version } }),
  };
  // The server takes no vector that is not of length 1: one that is there is sound.
  const whole = ['vector', 'tokens'].map((field) => ({ exists: { field } }));
  const broken = { filter: { bool: { must_not: [{ bool: { filter: whole } }] } } };
  const answer = await connection.read(
    (client, options) =>
      client.search<unknown, { versions: { buckets: readonly VersionBucket[] } }>(
        {
          index,
          size: 0,
          allow_partial_search_results: false,
          aggs: { versions: { composite, aggs: { broken } } },
        },
        options,
      ),
    signal,
  );
  return (answer.aggregations?.versions.buckets ?? []).map((bucket) => ({
    documentKey: bucket.key.document_key,
    version: bucket.key.version,
    revision: revisionOfVersion(bucket.key.version),
    chunks: bucket.doc_count,
    broken: bucket.broken.doc_count,
  }));
}
