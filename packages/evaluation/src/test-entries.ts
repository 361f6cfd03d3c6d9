import {
  type DocumentId,
  documentKeyOf,
  type IndexedVersion,
  type ManifestEntry,
  noUsage,
  type RunId,
  type SourceId,
  sha256,
} from '@winnow/core';

/** A manifest entry of a document that can be found, in two chunks. */
export function entryOf(id: string, overrides: Partial<ManifestEntry> = {}): ManifestEntry {
  return {
    documentId: id as DocumentId,
    sourceId: 'main' as SourceId,
    state: 'live',
    revision: 1,
    liveRevision: 1,
    liveVersion: `1.${id}`,
    chunkCount: 2,
    contentHash: sha256(id),
    bytes: 10,
    location: { path: id },
    making: '1.1.1',
    lane: 0,
    attempts: 0,
    reason: null,
    dismissed: false,
    runId: 'run' as RunId,
    usage: noUsage,
    updatedAt: '2026-01-02T03:04:05.000Z',
    ...overrides,
  };
}

/** What an index holds of {@link entryOf} the same id, if all is well. */
export function versionOf(id: string, overrides: Partial<IndexedVersion> = {}): IndexedVersion {
  return {
    documentKey: documentKeyOf(id as DocumentId),
    version: `1.${id}`,
    revision: 1,
    chunks: 2,
    broken: 0,
    ...overrides,
  };
}

/** What a document looks like that was never committed. */
export const notLive = { liveRevision: null, liveVersion: null, chunkCount: 0, making: null } as const;
