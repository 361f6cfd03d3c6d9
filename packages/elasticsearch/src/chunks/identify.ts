import type { DocumentId, DocumentKey, GenerationRef } from '@winnow/core';
import type { ChunkRecord } from './chunk-record.ts';
import type { ReadPorts } from './read-document.ts';

const pageSize = 1_000;

type Named = Pick<ChunkRecord, 'document_id' | 'document_key'>;

/** The id that a chunk of each document names. */
export async function identifyDocuments(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  keys: readonly DocumentKey[],
): Promise<ReadonlyMap<DocumentKey, DocumentId>> {
  const found = new Map<DocumentKey, DocumentId>();
  for (let at = 0; at < keys.length; at += pageSize) {
    const page = keys.slice(at, at + pageSize);
    const answer = await connection.read((client, options) =>
      client.search<Named>(
        {
          index: names.chunks(ref),
          size: page.length,
          query: { bool: { filter: [{ terms: { document_key: page } }] } },
          collapse: { field: 'document_key' },
          _source: ['document_id', 'document_key'],
          track_total_hits: false,
          allow_partial_search_results: false,
        },
        options,
      ),
    );
    for (const { _source } of answer.hits.hits) {
      if (_source !== undefined) found.set(_source.document_key, _source.document_id);
    }
  }
  return found;
}
