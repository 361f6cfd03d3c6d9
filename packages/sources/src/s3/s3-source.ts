import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { GetObjectCommandOutput, _Object as S3Object } from '@aws-sdk/client-s3';
import {
  AppError,
  type DocumentId,
  maxDocumentBytes,
  type RawDocument,
  type ScanEvent,
  type Sha256,
  type Source,
  type SourceItem,
  type SourceSettings,
  sha256,
} from '@winnow/core';
import { isArchiveName } from '../archive/archive.ts';
import { archiveOf, memberFilter, memberOf, type WithinArchive } from '../archive/scan-archive.ts';
import { createPathFilter } from '../folder/path-filter.ts';
import { createS3Archives, placeOfCursor } from './s3-archives.ts';
import { openS3Bucket, type S3Options } from './s3-bucket.ts';
import { objectError } from './s3-errors.ts';
import { isStoredAway } from './stored-away.ts';

type S3Settings = Extract<SourceSettings, { kind: 's3' }>;

/** The most that a server gives. */
const defaultKeysPerPage = 1_000;
/** What a server says where nobody has told it. */
const unknownTypes: ReadonlySet<string> = new Set(['binary/octet-stream', 'application/octet-stream']);

const decompress = promisify(gunzip);

/**
 * The objects of a bucket below a prefix; a document's id is the rest of its key. Those in a zip archive are documents too,
 * below its id. An object is known by its ETag and size, which the listing has: what is unchanged is not read. Keys come
 * in their order, a page at a time, so that a bucket of any size is listed in the same memory; a page that cannot be had
 * ends the scan, which goes on behind the last key, and says nothing about what is gone.
 */
export function createS3Source(
  settings: S3Settings,
  { keysPerPage = defaultKeysPerPage, ...options }: S3Options & { readonly keysPerPage?: number },
): Source {
  const { prefix } = settings;
  const bucket = openS3Bucket(settings.bucket, prefix, options);
  const filter = createPathFilter(settings.include, settings.exclude);
  const archives = createS3Archives(bucket, prefix, memberFilter(settings));

  /** An object, or the files in an archive. */
  async function* eventsOf(
    object: S3Object,
    within: WithinArchive | null,
    signal: AbortSignal,
  ): AsyncGenerator<ScanEvent> {
    const item = itemOf(object, prefix);
    if (item === null || !filter.takes(item.documentId)) return;
    if (isArchiveName(item.documentId)) yield* archives.events(object, item, within, signal);
    else yield item;
  }

  return {
    async *scan({ after, signal }) {
      const place = after === null ? null : placeOfCursor(after);
      let behind = place === null ? undefined : prefix + place.id;
      let isEmpty = place === null;
      const begun = place?.within == null ? null : await bucket.object(prefix + place.id, signal);
      if (begun !== null) yield* eventsOf(begun, place?.within ?? null, signal);
      for (;;) {
        const given = { prefix, limit: keysPerPage, ...(behind !== undefined && { after: behind }) };
        const { Contents: objects = [], IsTruncated: goesOn } = await bucket.page(given, signal);
        for (const object of objects) {
          for await (const event of eventsOf(object, null, signal)) {
            isEmpty = false;
            yield event;
          }
        }
        behind = objects.at(-1)?.Key;
        if (goesOn !== true || behind === undefined) break;
      }
      if (isEmpty) {
        throw new AppError('failed_precondition', `${bucket.name} holds no documents`, { part: 'source' });
      }
    },

    async read(documentId, location, signal) {
      const member = memberOf(location);
      if (member !== null) return await archives.read(documentId, member, location, signal);
      const key = `${prefix}${documentId}`;
      const object = await bucket.get(key, signal);
      try {
        return await documentOf(documentId, object);
      } catch (thrown) {
        signal.throwIfAborted();
        throw thrown instanceof AppError ? thrown : objectError(bucket.name, key, thrown);
      }
    },

    async isGone(documentId, location, signal) {
      const member = memberOf(location);
      const { id } = member === null ? { id: documentId } : archiveOf(documentId, member, location);
      if (!filter.takes(id)) return true;
      try {
        // Not asked for by itself: of a bucket that is gone, too, a server says that the object is not there.
        const object = await bucket.object(prefix + id, signal);
        if (object === null) return true;
        return isArchiveName(id) && (await archives.lacks(object, id, member, signal));
      } catch {
        signal.throwIfAborted();
        return false;
      }
    },

    async check(signal) {
      await bucket.page({ prefix, limit: 1 }, signal);
    },
  };
}

/** Null for what is no document: the marks that some programs make for folders. */
function itemOf(object: S3Object, prefix: string): SourceItem | null {
  const { Key: key = '', ETag: etag = '', Size: size = 0 } = object;
  const id = key.slice(prefix.length);
  if (id === '' || id.endsWith('/')) return null;
  const documentId = id as DocumentId;
  if (size > maxDocumentBytes) {
    const message = `it has ${size} bytes; the limit is ${maxDocumentBytes}`;
    return { kind: 'unreadable', documentId, reason: { code: 'too_large', message }, cursor: id };
  }
  if (isStoredAway(object)) {
    const message = `it is archived (${object.StorageClass}): restore it in the bucket first`;
    return { kind: 'unreadable', documentId, reason: { code: 'unreadable', message }, cursor: id };
  }
  return {
    kind: 'document',
    documentId,
    location: {},
    contentHash: versionOf(etag, size),
    bytes: size,
    cursor: id,
  };
}

/** An ETag changes with the bytes, whether it is their MD5 or, of several parts, made of those of the parts. */
function versionOf(etag: string, size: number): Sha256 {
  return sha256(JSON.stringify(['s3', etag, size]));
}

async function documentOf(documentId: DocumentId, object: GetObjectCommandOutput): Promise<RawDocument> {
  const { Body: body, ETag: etag = '', ContentLength: size = 0 } = object;
  if (size > maxDocumentBytes) throw tooLarge(size);
  const bytes = (await body?.transformToByteArray()) ?? new Uint8Array();
  const type = object.ContentType?.toLowerCase() ?? '';
  return {
    documentId,
    path: documentId,
    content: object.ContentEncoding === 'gzip' ? await unpacked(bytes) : bytes,
    mediaType: type === '' || unknownTypes.has(type) ? null : type,
    title: null,
    metadata: {},
    contentHash: versionOf(etag, size),
  };
}

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await decompress(bytes, { maxOutputLength: maxDocumentBytes });
  } catch (cause) {
    const isLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    if (isLong) throw tooLarge(null);
    throw new AppError('failed_precondition', 'it says that it is compressed by gzip, and is not', { cause });
  }
}

function tooLarge(bytes: number | null): AppError {
  const found = bytes === null ? 'more bytes, unpacked, than the limit' : `${bytes} bytes; the limit is`;
  return new AppError('failed_precondition', `it has ${found}: ${maxDocumentBytes}`);
}
