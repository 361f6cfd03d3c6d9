import {
  type Chunk,
  type DocumentId,
  type FailureReason,
  type Metadata,
  type Parse,
  type RawDocument,
  type Sha256,
  storedMediaType,
  type Tokenizer,
} from '@winnow/core';
import { embeddingTextOf, searchTerms } from '@winnow/text';
import { type ChunkLimits, chunkDocument, type TokenizedChunk } from './chunking/chunk-document.ts';
import { readStoredContent } from './chunking/stored-document.ts';
import { withPlace } from './place-metadata.ts';
import type { PrepareResult } from './ports.ts';

/** A chunk with all that does not need the embedding model. */
export interface PreparedChunk extends Chunk {
  /** As `IndexedChunk.terms`, with a blank between two: one text crosses processes and blobs for less than hundreds of words. */
  readonly terms: string;
  /** As `IndexedChunk.modelTokens`. */
  readonly modelTokens: readonly string[];
}

/** A document parsed and split: plain data that can cross threads. */
export interface PreparedDocument {
  readonly documentId: DocumentId;
  readonly title: string;
  readonly metadata: Metadata;
  readonly contentHash: Sha256;
  readonly chunks: readonly PreparedChunk[];
}

export interface PrepareOptions extends ChunkLimits {
  readonly parse: Parse;
  readonly tokenizer: Tokenizer;
}

/**
 * Bytes → chunks with search terms and model tokens. Pure, and heavy: meant for a process of its own.
 * The source's title and metadata win over the document's. What was split before stays as it was split. Never rejects
 * for bad input.
 */
export async function prepareDocument(raw: RawDocument, options: PrepareOptions): Promise<PrepareResult> {
  const isStored = raw.mediaType === storedMediaType;
  const split = isStored ? readStored(raw, options) : await parseAndSplit(raw, options);
  if (!split.ok) return split;
  const { title, metadata } = split;
  const chunks = split.chunks.map((chunk) => ({
    ...chunk,
    terms: searchTerms(embeddingTextOf(title, chunk)).join(' '),
  }));
  const { documentId, contentHash } = raw;
  return { ok: true, document: { documentId, title, metadata, contentHash, chunks } };
}

type Split =
  | { readonly ok: false; readonly reason: FailureReason }
  | ({ readonly ok: true; readonly chunks: readonly TokenizedChunk[] } & Pick<
      PreparedDocument,
      'title' | 'metadata'
    >);

async function parseAndSplit(raw: RawDocument, options: PrepareOptions): Promise<Split> {
  const parsed = await options.parse(raw);
  if (!parsed.ok) return parsed;
  const title = raw.title ?? parsed.document.title;
  const chunks = chunkDocument({ ...parsed.document, title }, { ...options, documentId: raw.documentId });
  const metadata = withPlace({ ...parsed.document.metadata, ...raw.metadata }, raw.path);
  return { ok: true, title, metadata, chunks };
}

function readStored(raw: RawDocument, options: PrepareOptions): Split {
  const read = readStoredContent(raw, options);
  return read.ok ? { ...read, title: raw.title ?? '', metadata: raw.metadata } : read;
}
