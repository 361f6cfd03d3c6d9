import { AppError } from '@winnow/core';

/** A bucket, and where in it; the prefix is empty or ends with a slash. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
}

const pattern = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>.*))?$/s;
/** In bytes of UTF-8, as the servers have it. */
const maxKeyBytes = 1_024;

/**
 * `s3://bucket/prefix`. A prefix is taken as a folder: `s3://b/docs` holds `docs/a.md` and not `docs-old/a.md`.
 * @throws AppError `invalid_argument`.
 */
export function parseS3Address(address: string): S3Place {
  const { bucket, prefix = '' } = pattern.exec(address)?.groups ?? {};
  if (bucket === undefined || Buffer.byteLength(prefix) > maxKeyBytes) {
    throw new AppError(
      'invalid_argument',
      `${address.slice(0, 200)} is no s3://bucket/prefix, with a bucket of 3 to 63 of a-z 0-9 . -`,
    );
  }
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}
