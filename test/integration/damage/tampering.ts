import type { ManifestEntry } from '@winnow/core';

/** Fields of a manifest entry that can be written over by hand. */
export type EntryChange = Partial<
  Pick<ManifestEntry, 'state' | 'contentHash' | 'chunkCount' | 'updatedAt' | 'liveRevision'>
>;

/** Changes an index by hand, behind Winnow's back. Chunks are named by document and position, from 0. */
export interface Tampering {
  /** Deletes a chunk with all that hangs on it. */
  loseChunk(documentId: string, position: number): Promise<void>;
  /** Deletes every chunk of a document, and leaves its manifest entry. */
  loseChunks(documentId: string): Promise<void>;
  /** Puts another chunk behind the last one, of the version that readers see. */
  addChunk(documentId: string): Promise<void>;
  /** Leaves a chunk without its vector. */
  loseVector(documentId: string, position: number): Promise<void>;
  /** Leaves a chunk without what it is found by as text. */
  loseTerms(documentId: string, position: number): Promise<void>;
  /** Puts a copy of a document's chunks into the index for a document that the manifest does not know. */
  plantChunks(from: string, documentId: string): Promise<void>;
  /** Deletes the manifest entry, and leaves the chunks. */
  loseEntry(documentId: string): Promise<void>;
  changeEntry(documentId: string, change: EntryChange): Promise<void>;
  /** Copies a manifest entry for a document that has no chunks and is at no source. */
  plantEntry(from: string, documentId: string, change?: EntryChange): Promise<void>;
  /** Deletes the whole manifest. */
  loseManifest(): Promise<void>;
  /** Deletes every chunk of the corpus. */
  loseIndex(): Promise<void>;
  /** Lets all manifest entries have been written long ago. */
  ageEntries(): Promise<void>;
  close(): void;
}

/** Long before any test. */
export const longAgo = '2020-01-01T00:00:00.000Z';
