import type { ChunkId, DocumentId, EmbeddingKey, Sha256 } from './ids.ts';
import type { TokenVectors } from './ports/models.ts';

export type MetadataValue = string | number | boolean | readonly string[] | readonly number[];

/** What is known of a document besides its text; filters run on it. At most {@link maxMetadataKeys} keys. */
export type Metadata = Readonly<Record<string, MetadataValue>>;

/** More keys than this are refused, since each becomes a field of the index. */
export const maxMetadataKeys = 64;
/** A larger document is recorded as failed: its chunks and vectors would not fit between two stages. */
export const maxDocumentBytes = 32 * 1024 * 1024;

/** Where a source can find a document's bytes again: opaque to everybody but the source, ≤ 4 KB of JSON. */
export type SourceLocation = Readonly<Record<string, string | number>>;

/** Where a scan goes on: opaque to everybody but its source, at most 4 KB. */
export type ScanCursor = string;

/** One item met while a source is listed: it is readable, or it says why not. */
export type SourceItem =
  | {
      readonly kind: 'document';
      readonly documentId: DocumentId;
      /** The id it has instead where another item before it has taken its own. */
      readonly otherwise?: DocumentId;
      readonly location: SourceLocation;
      /** Over everything that makes the document what it is: bytes, title, metadata. */
      readonly contentHash: Sha256;
      readonly bytes: number;
      /** Behind this item. */
      readonly cursor: ScanCursor;
    }
  | {
      readonly kind: 'unreadable';
      readonly documentId: DocumentId;
      readonly otherwise?: DocumentId;
      readonly reason: FailureReason;
      readonly cursor: ScanCursor;
    };

/** What a scan meets: an item, or a place that it cannot look into. */
export type ScanEvent =
  | SourceItem
  /** What has an id with this prefix may or may not be there; empty: anything of the source. */
  | { readonly kind: 'uncovered'; readonly prefix: string; readonly reason: string };

/** A document's bytes as the source holds them. */
export interface RawDocument {
  readonly documentId: DocumentId;
  /** Of a file: where it lies in its source, with `/`. */
  readonly path?: string;
  readonly content: Uint8Array;
  /** As the source knows it: `text/markdown`, `text/html`, `text/plain`…; null where only the bytes can tell. */
  readonly mediaType: string | null;
  /** The source's own title, where it has one. */
  readonly title: string | null;
  readonly metadata: Metadata;
  readonly contentHash: Sha256;
}

/** Why a document, or a part of it, did not get in. The message is for the person who owns the document. */
export interface FailureReason {
  readonly code: FailureCode;
  readonly message: string;
}

/** The closed set of what can be wrong with a document: the causes that an inbox is sorted by. */
export const failureCodes = [
  'unreadable',
  'unsupported_type',
  'undecodable',
  'empty',
  'no_text',
  'needs_password',
  'wrong_type',
  'truncated',
  'malformed',
  'too_large',
  'duplicate_id',
  'refused_by_model',
  'rejected_by_index',
  'gave_up',
] as const;
export type FailureCode = (typeof failureCodes)[number];

/**
 * A document as text with its structure. Blocks are in order, do not overlap, and cover everything worth
 * indexing: what lies between two blocks is white space or markup.
 */
export interface ParsedDocument {
  readonly title: string;
  /** The text that offsets point into; `\r\n` and `\r` are kept as they are. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** What the document says of itself (front matter, meta tags); the source's metadata wins over it. */
  readonly metadata: Metadata;
  /** What was lost or guessed on the way, in plain words. */
  readonly warnings: readonly string[];
}

/** Where in its document a passage begins, as its readers count; without fields where the format has no such places. */
export interface Place {
  /** Of a PDF, from 1. */
  readonly page?: number;
  /** Of a presentation, from 1. */
  readonly slide?: number;
  /** Of a workbook, by name. */
  readonly sheet?: string;
}

/** The place alone of what has one: fields that are absent stay absent. */
export function placeOf({ page, slide, sheet }: Place): Place {
  return {
    ...(page !== undefined && { page }),
    ...(slide !== undefined && { slide }),
    ...(sheet !== undefined && { sheet }),
  };
}

/** A run of text that belongs together, `text.slice(start, end)`. Blocks of different places share no chunk. */
export interface Block extends Place {
  readonly kind: 'heading' | 'paragraph' | 'list' | 'code' | 'table' | 'quote';
  /** Offsets in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** The headings above this block, outermost first; a heading's own text is the last of its own path. */
  readonly headings: readonly string[];
}

/** A passage: `document.text.slice(start, end) === text`. The unit of embedding reuse. */
export interface Chunk extends Place {
  readonly chunkId: ChunkId;
  readonly position: number;
  readonly start: number;
  readonly end: number;
  readonly headings: readonly string[];
  readonly text: string;
  /** Length in the embedding model's tokens of what is embedded: heading path and text. */
  readonly tokenCount: number;
}

/** A chunk with all that an index needs of it. */
export interface IndexedChunk extends Chunk {
  /** Search terms of title, headings and text, made by the text package; order and repetition matter to BM25. */
  readonly terms: readonly string[];
  /** Distinct model tokens, for the token frequencies of late interaction; empty where the model does not say. */
  readonly modelTokens: readonly string[];
  readonly embeddingKey: EmbeddingKey;
  /** L2-normalised. */
  readonly vector: Float32Array;
  /** For late interaction; absent where the model gives none, or gave none when the vector was made. */
  readonly tokenVectors?: TokenVectors;
}

/** One accepted version of a document, ready to be committed. */
export interface DocumentRevision {
  readonly documentId: DocumentId;
  readonly revision: number;
  readonly title: string;
  readonly metadata: Metadata;
  /** Of the bytes that were really read, which may be newer than what was planned. */
  readonly contentHash: Sha256;
  /** `makingOf` what made its chunks. */
  readonly making: string;
  readonly chunks: readonly IndexedChunk[];
  readonly usage: IngestUsage;
}

/** What it took to make one document searchable. */
export interface IngestUsage {
  readonly embedded: number;
  readonly reused: number;
  readonly modelCalls: number;
  /** Tokens sent to the embedding model. */
  readonly tokens: number;
}

export const noUsage: IngestUsage = { embedded: 0, reused: 0, modelCalls: 0, tokens: 0 };

/** A live chunk as readers get it. */
export interface StoredChunk extends Chunk {
  readonly documentId: DocumentId;
  readonly title: string;
  readonly metadata: Metadata;
}
