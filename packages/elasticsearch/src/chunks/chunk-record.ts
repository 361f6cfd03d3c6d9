import {
  type ChunkId,
  type DocumentId,
  type DocumentKey,
  type DocumentRevision,
  documentKeyOf,
  type EmbeddingKey,
  type IndexedChunk,
  type Metadata,
  type Place,
  placeOf,
  type StoredChunk,
  shortHash,
} from '@winnow/core';
import type { BulkOperation } from '../bulk/bulk-writer.ts';
import { chunkDocumentId, hitNameOf, routingOf } from './chunk-version.ts';
import { metadataTerms } from './metadata-terms.ts';
import { encodeVector } from './vector-codec.ts';

/** A chunk as readers find it in `_source`. `metadata` is JSON: any key, and every value as it was. */
export interface ChunkRecord extends Place {
  readonly document_id: DocumentId;
  readonly document_key: DocumentKey;
  /** The writing of the document it belongs to; live where the manifest names the same one. */
  readonly version: string;
  readonly position: number;
  readonly chunk_id: ChunkId;
  readonly start: number;
  readonly end: number;
  readonly token_count: number;
  readonly headings: readonly string[];
  readonly title: string;
  readonly text: string;
  readonly metadata: string;
  /** Only where keys were asked for. */
  readonly embedding_key?: EmbeddingKey;
  /** Only where vectors were asked for. */
  readonly vector?: readonly number[];
}

/** What readers read of a chunk. What is only searched by stays where it is. */
export const chunkFields = [
  'document_id',
  'document_key',
  'version',
  'position',
  'chunk_id',
  'start',
  'end',
  'token_count',
  'headings',
  'title',
  'text',
  'metadata',
  'page',
  'slide',
  'sheet',
] as const satisfies readonly (keyof ChunkRecord)[];

/** Stands among the tokens of every chunk, so that the number of chunks comes with the tokens' frequencies. */
export const everyChunkToken = '';

/** The white-space analyser cuts longer terms in two. */
const maxTermLength = 255;
const maxTokenLength = 1_000;

/** A search term as it is indexed and asked for: one that the analyser would cut is hashed. */
export function indexTerm(term: string): string {
  return term.length <= maxTermLength && !/\s/.test(term) ? term : shortHash(term);
}

/** A model token as it is indexed and asked for: Lucene takes terms of 32,766 bytes at most. */
export function indexToken(token: string): string {
  return token.length <= maxTokenLength ? token : shortHash(token);
}

/** One write per chunk, made as it is asked for. */
export function* chunkWrites(revision: DocumentRevision, version: string): Iterable<BulkOperation> {
  const key = documentKeyOf(revision.documentId);
  const shared = {
    document_id: revision.documentId,
    document_key: key,
    version,
    title: revision.title,
    metadata: JSON.stringify(revision.metadata),
    filter_terms: metadataTerms(revision.metadata),
  };
  for (const chunk of revision.chunks) {
    const _id = chunkDocumentId(key, version, chunk.position);
    const source = JSON.stringify({
      ...shared,
      ...fieldsOf(chunk),
      hit_name: hitNameOf({ chunkId: chunk.chunkId, id: _id }),
    });
    yield { action: 'index', lines: `${JSON.stringify({ index: { _id, routing: key } })}\n${source}\n` };
  }
}

/** One delete per id. */
export function* chunkDeletes(ids: Iterable<string>): Iterable<BulkOperation> {
  for (const _id of ids) {
    const action = { delete: { _id, routing: routingOf(_id) } };
    yield { action: 'delete', lines: `${JSON.stringify(action)}\n` };
  }
}

/** The chunk that a record holds. */
export function chunkOf(record: ChunkRecord): StoredChunk {
  return {
    chunkId: record.chunk_id,
    position: record.position,
    start: record.start,
    end: record.end,
    headings: record.headings,
    text: record.text,
    tokenCount: record.token_count,
    documentId: record.document_id,
    title: record.title,
    metadata: JSON.parse(record.metadata) as Metadata,
    ...placeOf(record),
  };
}

function fieldsOf(chunk: IndexedChunk): Record<string, unknown> {
  return {
    position: chunk.position,
    chunk_id: chunk.chunkId,
    start: chunk.start,
    end: chunk.end,
    token_count: chunk.tokenCount,
    headings: chunk.headings,
    text: chunk.text,
    ...placeOf(chunk),
    terms: chunk.terms.map(indexTerm).join(' '),
    tokens: [everyChunkToken, ...chunk.modelTokens.map(indexToken)],
    embedding_key: chunk.embeddingKey,
    vector: encodeVector(chunk.vector),
    ...(chunk.tokenVectors !== undefined && {
      token_vectors: Buffer.from(chunk.tokenVectors).toString('base64'),
    }),
  };
}
