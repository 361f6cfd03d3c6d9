import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { GetObjectCommandOutput, S3Client, _Object as S3Object } from '@aws-sdk/client-s3';
import {
  AppError,
  type DocumentId,
  maxDocumentBytes,
  type RawDocument,
  type ScanEvent,
  type Sha256,
  type Source,
  type SourceSettings,
  sha256,
} from '@winnow/core';
import { createPathFilter } from '../folder/path-filter.ts';
import { bucketError, objectError } from './s3-errors.ts';

/** How buckets are reached; whatever is null is the SDK's own default (environment, profile, instance). */
export interface S3Options {
  readonly endpoint: string | null;
  readonly region: string | null;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`: what most servers besides Amazon's want. */
  readonly pathStyle: boolean;
}

type S3Settings = Extract<SourceSettings, { kind: 's3' }>;

/** Of one request, until its answer begins. */
const requestTimeoutMs = 30_000;
const connectTimeoutMs = 5_000;
/** The queue tries again; this is for a connection that was closed while it lay idle. */
const maxAttempts = 2;
/** The most that a server gives. */
const defaultKeysPerPage = 1_000;
/** Objects that have to be brought back by somebody before they can be read. */
const archived: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);
/** What a server says where nobody has told it. */
const unknownTypes: ReadonlySet<string> = new Set(['binary/octet-stream', 'application/octet-stream']);

const decompress = promisify(gunzip);

/**
 * The objects of a bucket below a prefix; a document's id is the rest of its key. An object is known by its ETag and
 * size, which the listing has: what is unchanged is not read. Keys come in their order, a page at a time, so that a
 * bucket of any size is listed in the same memory; a page that cannot be had ends the scan, which goes on behind the
 * last key, and says nothing about what is gone.
 */
export function createS3Source(
  settings: S3Settings,
  { keysPerPage = defaultKeysPerPage, ...options }: S3Options & { readonly keysPerPage?: number },
): Source {
  const { bucket, prefix } = settings;
  const name = `bucket ${bucket}${prefix === '' ? '' : ` below ${prefix}`}`;
  const sdk = openSdk(options);
  const filter = createPathFilter(settings.include, settings.exclude);

  async function page(given: { prefix: string; after?: string; limit: number }, signal: AbortSignal) {
    const { client, ListObjectsV2Command } = await sdk();
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: given.prefix,
      MaxKeys: given.limit,
      ...(given.after !== undefined && { StartAfter: given.after }),
    });
    try {
      return await client.send(command, { abortSignal: signal });
    } catch (thrown) {
      signal.throwIfAborted();
      throw bucketError(name, thrown);
    }
  }

  return {
    async *scan({ after, signal }) {
      let behind = after === null ? undefined : `${prefix}${after}`;
      let isEmpty = after === null;
      for (;;) {
        const given = { prefix, limit: keysPerPage, ...(behind !== undefined && { after: behind }) };
        const { Contents: objects = [], IsTruncated: goesOn } = await page(given, signal);
        for (const object of objects) {
          const event = eventOf(object, prefix, (id) => filter.takes(id));
          if (event === null) continue;
          isEmpty = false;
          yield event;
        }
        behind = objects.at(-1)?.Key;
        if (goesOn !== true || behind === undefined) break;
      }
      if (isEmpty) {
        throw new AppError('failed_precondition', `${name} holds no documents`, { part: 'source' });
      }
    },

    async read(documentId, _location, signal) {
      const { client, GetObjectCommand } = await sdk();
      const key = `${prefix}${documentId}`;
      try {
        const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
          abortSignal: signal,
        });
        return await documentOf(documentId, object);
      } catch (thrown) {
        signal.throwIfAborted();
        throw thrown instanceof AppError ? thrown : objectError(name, key, thrown);
      }
    },

    async isGone(documentId, _location, signal) {
      if (!filter.takes(documentId)) return true;
      const key = `${prefix}${documentId}`;
      try {
        // Not asked for by itself: of a bucket that is gone, too, a server says that the object is not there.
        const { Contents: objects = [] } = await page({ prefix: key, limit: 1 }, signal);
        return objects[0]?.Key !== key;
      } catch {
        signal.throwIfAborted();
        return false;
      }
    },

    async check(signal) {
      await page({ prefix, limit: 1 }, signal);
    },
  };
}

type Sdk = Pick<typeof import('@aws-sdk/client-s3'), 'GetObjectCommand' | 'ListObjectsV2Command'> & {
  readonly client: S3Client;
};

/** Loaded when it is first used: it takes a moment, and most corpora have no bucket. */
function openSdk({ endpoint, region, pathStyle }: S3Options): () => Promise<Sdk> {
  let opening: Promise<Sdk> | null = null;
  const open = async (): Promise<Sdk> => {
    const { S3Client, GetObjectCommand, ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const client = new S3Client({
      ...(endpoint !== null && { endpoint, region: region ?? 'us-east-1' }),
      ...(region !== null && { region }),
      forcePathStyle: pathStyle,
      maxAttempts,
      requestHandler: { requestTimeout: requestTimeoutMs, connectionTimeout: connectTimeoutMs },
    });
    return { client, GetObjectCommand, ListObjectsV2Command };
  };
  return () => {
    opening ??= open();
    return opening;
  };
}

/** Null for what is no document: the marks that some programs make for folders, and what is left out. */
function eventOf(
  { Key: key = '', ETag: etag = '', Size: size = 0, StorageClass: storage }: S3Object,
  prefix: string,
  takes: (id: string) => boolean,
): ScanEvent | null {
  const id = key.slice(prefix.length);
  if (id === '' || id.endsWith('/') || !takes(id)) return null;
  const documentId = id as DocumentId;
  if (size > maxDocumentBytes) {
    const message = `it has ${size} bytes; the limit is ${maxDocumentBytes}`;
    return { kind: 'unreadable', documentId, reason: { code: 'too_large', message }, cursor: id };
  }
  if (storage !== undefined && archived.has(storage)) {
    const message = `it is archived (${storage}): restore it in the bucket first`;
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
