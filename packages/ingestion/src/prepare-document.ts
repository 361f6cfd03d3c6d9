import type { Chunk, DocumentId, Metadata, Parse, RawDocument, Sha256, Tokenizer } from '@winnow/core';
import { embeddingTextOf, searchTerms } from '@winnow/text';
import { type ChunkLimits, chunkDocument } from './chunking/chunk-document.ts';
import type { PrepareResult } from './ports.ts';

/** A chunk with all that does not need the embedding model. */
export interface PreparedChunk extends Chunk {
  /** As `IndexedChunk.terms`. */
  readonly terms: readonly string[];
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
 * Bytes → chunks with search terms and model tokens. Pure, and heavy: meant for a thread of its own.
 * The source's title and metadata win over the document's. Never throws for bad input.
 */
export function prepareDocument(raw: RawDocument, options: PrepareOptions): PrepareResult {
  const parsed = options.parse(raw);
  if (!parsed.ok) return parsed;
  const title = raw.title ?? parsed.document.title;
  const chunks = chunkDocument({ ...parsed.document, title }, { ...options, documentId: raw.documentId }).map(
    (chunk) => ({ ...chunk, terms: searchTerms(embeddingTextOf(title, chunk)) }),
  );
  const metadata = { ...parsed.document.metadata, ...raw.metadata };
  return {
    ok: true,
    document: { documentId: raw.documentId, title, metadata, contentHash: raw.contentHash, chunks },
  };
}
