import { type ChunkId, type DocumentKey, type DocumentRevision, sha256 } from '@winnow/core';
import type { ManifestRecord } from '../manifest/manifest-record.ts';

/**
 * Names one writing of a document: `REVISION.HASH`. Two workers on the same revision may have read different bytes,
 * or cut the same ones in different ways; with a hash of both in it their chunks never mix, and the one that flips the
 * manifest first wins.
 */
export function versionOf({
  revision,
  contentHash,
  making,
}: Pick<DocumentRevision, 'revision' | 'contentHash' | 'making'>): string {
  return `${revision}.${sha256(`${contentHash}\0${making}`).slice(0, 16)}`;
}

/** The revision that a {@link versionOf} was made for. */
export function revisionOfVersion(version: string): number {
  return Number.parseInt(version, 10);
}

/** `_id` of a chunk: where each chunk of a version is can be told from its manifest entry alone. */
export function chunkDocumentId(key: DocumentKey, version: string, position: number): string {
  return `${key}.${version}.${position}`;
}

/** Where a chunk is, as its `_id` says. */
export interface ChunkPlace {
  readonly key: DocumentKey;
  readonly version: string;
  readonly position: number;
}

/** What {@link chunkDocumentId} was made of. */
export function placeOfChunk(chunkDocument: string): ChunkPlace {
  const versionAt = chunkDocument.indexOf('.') + 1;
  const positionAt = chunkDocument.lastIndexOf('.') + 1;
  return {
    key: chunkDocument.slice(0, versionAt - 1) as DocumentKey,
    version: chunkDocument.slice(versionAt, positionAt - 1),
    position: Number(chunkDocument.slice(positionAt)),
  };
}

/** A hit as a search names it. */
export interface HitName {
  readonly chunkId: ChunkId;
  readonly id: string;
}

/**
 * Base64 of a chunk's id and its `_id`, for a column of their own. The server keeps `_id` with `_source`: to give it, it
 * unpacks some kilobytes of text for each hit, which was half of the time of a search over 100,000 chunks.
 */
export function hitNameOf({ chunkId, id }: HitName): string {
  return Buffer.from(`${chunkId} ${id}`).toString('base64');
}

/** What {@link hitNameOf} was made of. */
export function readHitName(name: string): HitName {
  const text = Buffer.from(name, 'base64').toString();
  const end = text.indexOf(' ');
  return { chunkId: text.slice(0, end) as ChunkId, id: text.slice(end + 1) };
}

/** What a chunk is routed by, out of its `_id`: all chunks of a document lie on one shard. */
export function routingOf(chunkDocument: string): string {
  return chunkDocument.slice(0, chunkDocument.indexOf('.'));
}

/** Positions of a document's chunks, both inclusive. */
export interface Positions {
  readonly from: number;
  readonly to: number;
}

/** `_id` of every chunk that readers see of a document, or of those at some positions. */
export function liveChunkIds(
  { live_version: version, document_key: key, chunk_count: count }: ManifestRecord,
  { from, to }: Positions = { from: 0, to: count },
): string[] {
  if (version === null) return [];
  const length = Math.max(0, Math.min(count, to + 1) - from);
  return Array.from({ length }, (_, at) => chunkDocumentId(key, version, from + at));
}
