import type {
  GetObjectCommandOutput,
  ListObjectsV2CommandOutput,
  S3Client,
  _Object as S3Object,
} from '@aws-sdk/client-s3';
import { bucketError, objectError } from './s3-errors.ts';

/** How buckets are reached; whatever is null is the SDK's own default (environment, profile, instance). */
export interface S3Options {
  readonly endpoint: string | null;
  readonly region: string | null;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`: what most servers besides Amazon's want. */
  readonly pathStyle: boolean;
}

/** A bucket, asked as a source asks it. */
export interface S3Bucket {
  /** For people. */
  readonly name: string;
  /** Like that of no other bucket. */
  readonly place: string;
  /**
   * Objects in the order of their keys.
   * @throws AppError of part `source`.
   */
  page(given: KeyRange, signal: AbortSignal): Promise<ListObjectsV2CommandOutput>;
  /** An object as the listing has it; null where there is none. @throws as {@link page}. */
  object(key: string, signal: AbortSignal): Promise<S3Object | null>;
  /**
   * An object, or a part of it.
   * @throws AppError of part `source` where the bucket does not answer, else of the object: `not_found`,
   * `failed_precondition` where it may not be read or is another than the part is of.
   */
  get(key: string, signal: AbortSignal, part?: ObjectPart): Promise<GetObjectCommandOutput>;
}

interface KeyRange {
  readonly prefix: string;
  /** Behind this key. */
  readonly after?: string;
  readonly limit: number;
}

/** Bytes from `start` to before `end`, of the version with this ETag only. */
interface ObjectPart {
  readonly start: number;
  readonly end: number;
  readonly etag: string;
}

/** Of one request, until its answer begins. */
const requestTimeoutMs = 30_000;
const connectTimeoutMs = 5_000;
/** The queue tries again; this is for a connection that was closed while it lay idle. */
const maxAttempts = 2;

/** @param prefix of the keys that it is asked for; for people. */
export function openS3Bucket(bucket: string, prefix: string, options: S3Options): S3Bucket {
  const name = `bucket ${bucket}${prefix === '' ? '' : ` below ${prefix}`}`;
  const sdk = openSdk(options);

  async function page({ prefix, after, limit }: KeyRange, signal: AbortSignal) {
    const { client, ListObjectsV2Command } = await sdk();
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      MaxKeys: limit,
      ...(after !== undefined && { StartAfter: after }),
    });
    try {
      return await client.send(command, { abortSignal: signal });
    } catch (thrown) {
      signal.throwIfAborted();
      throw bucketError(name, thrown);
    }
  }

  return {
    name,
    place: `${options.endpoint ?? ''} ${bucket}`,
    page,
    async object(key, signal) {
      const { Contents: [object] = [] } = await page({ prefix: key, limit: 1 }, signal);
      return object?.Key === key ? object : null;
    },
    async get(key, signal, part) {
      const { client, GetObjectCommand } = await sdk();
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(part !== undefined && { Range: `bytes=${part.start}-${part.end - 1}`, IfMatch: part.etag }),
      });
      try {
        return await client.send(command, { abortSignal: signal });
      } catch (thrown) {
        signal.throwIfAborted();
        throw objectError(name, key, thrown);
      }
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
