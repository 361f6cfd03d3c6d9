import type { Chunk, Metadata } from '../document.ts';
import type { EmbeddingKey } from '../ids.ts';
import type { ManifestEntry } from '../manifest.ts';

/** A live chunk with what a model has made of it. Search terms and model tokens can be made again of its text. */
export interface KeptChunk extends Chunk {
  readonly embeddingKey: EmbeddingKey;
  /** Bit for bit as it was written; null where it is lost or broken. */
  readonly vector: Float32Array | null;
}

/** A document as a store keeps it. */
export interface KeptDocument {
  readonly entry: ManifestEntry;
  /** Of the live revision; empty where it has no chunks. */
  readonly title: string;
  readonly metadata: Metadata;
  /** Of the live revision, by position. */
  readonly chunks: readonly KeptChunk[];
  /** Chunks are missing that the manifest counts, or a vector is. */
  readonly isDamaged: boolean;
}
