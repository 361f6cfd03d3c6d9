import { createHash } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Name of a corpus: `[a-z0-9][a-z0-9_-]{0,62}`. */
export type CorpusName = Branded<'CorpusName'>;
/** Names a document within its corpus, stable across runs: a relative path, a record's id. 1–1,024 characters. */
export type DocumentId = Branded<'DocumentId'>;
/** {@link documentKeyOf} of a document id: 22 characters that are safe in any key or id. */
export type DocumentKey = Branded<'DocumentKey'>;
/** Names a passage by its document, position and text: the same content always has the same id. */
export type ChunkId = Branded<'ChunkId'>;
export type RunId = Branded<'RunId'>;
/** Names a corpus for good: never used again, not even by a corpus of the same name. 1–32 of `a-z 0-9`. */
export type CorpusId = Branded<'CorpusId'>;
/** Names a source within its corpus: `[a-z0-9][a-z0-9_-]{0,31}`. */
export type SourceId = Branded<'SourceId'>;
/**
 * Names the place where a generation is kept, in any store: never used again, so that nobody who remembers an
 * old one can reach what came after it. Of `a-z 0-9 _ - .`, at most 120 characters.
 */
export type PhysicalName = Branded<'PhysicalName'>;
/** SHA-256 as 64 hexadecimal digits. */
export type Sha256 = Branded<'Sha256'>;
/** What a vector was computed from: model and text. Equal keys mean equal vectors. */
export type EmbeddingKey = Branded<'EmbeddingKey'>;

/** One physical build of a corpus' index. Stores find it by its physical name; the rest is for people. */
export interface GenerationRef {
  readonly corpus: CorpusName;
  /** Counts from 1. */
  readonly generation: number;
  readonly physicalName: PhysicalName;
}

/** SHA-256 of text (as UTF-8) or bytes. */
export function sha256(content: string | Uint8Array): Sha256 {
  return createHash('sha256').update(content).digest('hex') as Sha256;
}

/** 128 bits of SHA-256 as base64url: short, and without a chance of collision in any corpus. */
export function documentKeyOf(documentId: DocumentId): DocumentKey {
  return shortHash(documentId) as DocumentKey;
}

/** Deterministic: no revision or run takes part, so re-indexing unchanged text keeps every id. */
export function chunkIdOf(documentId: DocumentId, position: number, text: string): ChunkId {
  return shortHash(`${documentId}\0${position}\0${text}`) as ChunkId;
}

/**
 * @param modelFingerprint of the embedder: model, pooling, prompts and limits.
 * @param text exactly what is embedded: heading path and passage.
 */
export function embeddingKeyOf(modelFingerprint: string, text: string): EmbeddingKey {
  return shortHash(`${modelFingerprint}\0${text}`) as EmbeddingKey;
}

/** 22 characters of base64url: the first 128 bits of SHA-256. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}
