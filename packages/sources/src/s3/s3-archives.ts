import { Readable } from 'node:stream';
import type { _Object as S3Object } from '@aws-sdk/client-s3';
import {
  AppError,
  type DocumentId,
  type RawDocument,
  type ScanCursor,
  type ScanEvent,
  type SourceItem,
  type SourceLocation,
} from '@winnow/core';
import { type ListedArchive, listArchive, type PackedFile, readMember } from '../archive/archive.ts';
import {
  archiveEvents,
  archiveOf,
  isNoLongerIn,
  membersUncovered,
  otherThanArchive,
  type WithinArchive,
} from '../archive/scan-archive.ts';
import { mediaTypeOf } from '../folder/media-type.ts';
import { packedObject } from './packed-object.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { objectError } from './s3-errors.ts';
import { isStoredAway } from './stored-away.ts';

/** The archives among the objects of a bucket. */
export interface S3Archives {
  /**
   * The files of an archive, or the object itself where it is none.
   * @param item the object as a document.
   * @param within where the scan goes on in it; null: at its beginning.
   */
  events(
    object: S3Object,
    item: SourceItem,
    within: WithinArchive | null,
    signal: AbortSignal,
  ): AsyncGenerator<ScanEvent>;
  /** A file of an archive. @throws as `Source.read`. */
  read(
    documentId: DocumentId,
    member: string,
    location: SourceLocation,
    signal: AbortSignal,
  ): Promise<RawDocument>;
  /** Whether an archive no longer has a document, see {@link isNoLongerIn}. @throws what was met on reading it. */
  lacks(object: S3Object, id: string, member: string | null, signal: AbortSignal): Promise<boolean>;
}

/**
 * @param prefix of the keys of all objects.
 * @param takes whether a file of an archive belongs to the source, by its document id.
 */
export function createS3Archives(
  bucket: S3Bucket,
  prefix: string,
  takes: (id: string) => boolean,
): S3Archives {
  return {
    async *events(object, item, within, signal) {
      const { documentId: id, cursor } = item;
      const listed = await listedOf(bucket, object, signal);
      if (listed === 'gone') return;
      if (listed === 'stored-away') {
        yield membersUncovered(id, 'the archive cannot be read where it is stored');
      } else if (listed.kind === 'other') {
        yield* otherThanArchive(id, listed);
      } else {
        const cursorWithin = (place: WithinArchive) => cursorInArchive(id, place);
        yield* archiveEvents({ id, location: {}, cursor, cursorWithin }, listed, takes, within);
        return;
      }
      yield item;
    },

    async read(documentId, member, location, signal) {
      const { id } = archiveOf(documentId, member, location);
      const object = await bucket.object(prefix + id, signal);
      if (object === null) throw new AppError('not_found', `there is no ${prefix}${id} any more`);
      const { content, contentHash } = await readMember(packed(bucket, object, signal), member, signal);
      const mediaType = mediaTypeOf(documentId);
      return { documentId, path: documentId, content, mediaType, title: null, metadata: {}, contentHash };
    },

    async lacks(object, id, member, signal) {
      if (isStoredAway(object)) return false;
      return isNoLongerIn(await listArchive(packed(bucket, object, signal), signal), id, member, takes);
    },
  };
}

/** An archive that may not be read, or changes meanwhile, is refused by itself. */
async function listedOf(
  bucket: S3Bucket,
  object: S3Object,
  signal: AbortSignal,
): Promise<ListedArchive | 'gone' | 'stored-away'> {
  if (isStoredAway(object)) return 'stored-away';
  try {
    return await listArchive(packed(bucket, object, signal), signal);
  } catch (thrown) {
    signal.throwIfAborted();
    const error = AppError.from(thrown);
    if (error.part !== null || error.retryable) throw error;
    if (error.code === 'not_found') return 'gone';
    return { kind: 'refused', reason: { code: 'unreadable', message: error.message } };
  }
}

function packed(
  bucket: S3Bucket,
  { Key: key = '', ETag: etag = '', Size: bytes = 0 }: S3Object,
  signal: AbortSignal,
): PackedFile {
  const object = { name: `${bucket.place} ${key}`, state: `${etag} ${bytes}`, bytes };
  return packedObject(object, async function* (start, end) {
    if (start === end) return;
    const { Body: body } = await bucket.get(key, signal, { start, end, etag });
    try {
      if (body instanceof Readable) yield* body;
    } catch (thrown) {
      signal.throwIfAborted();
      throw objectError(bucket.name, key, thrown);
    }
  });
}

/** Between a key and the place in it; in no key that a listing can name. */
const withinMark = '\0';

function cursorInArchive(id: DocumentId, within: WithinArchive): ScanCursor {
  return `${id}${withinMark}${JSON.stringify(within)}`;
}

/** The object behind which, or in which, a scan goes on. */
export function placeOfCursor(cursor: ScanCursor): {
  readonly id: string;
  readonly within: WithinArchive | null;
} {
  const [id = '', within] = cursor.split(withinMark);
  return { id, within: within === undefined ? null : JSON.parse(within) };
}
