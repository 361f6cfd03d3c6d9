import { AppError } from '@winnow/core';

/** What is wrong is who asks, and not what is asked for. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'AccountProblem',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'Forbidden',
  'PermanentRedirect',
]);

/** The error of a bucket, or of a server, that does not let itself be listed or read. */
export function bucketError(name: string, thrown: unknown): AppError {
  const { code, status, message } = faultOf(thrown);
  const details = { cause: thrown, part: 'source' } as const;
  if (code === 'NoSuchBucket' || status === 404)
    return new AppError('not_found', `there is no ${name}`, details);
  if (refusals.has(code) || status === 401 || status === 403 || status === 301) {
    return new AppError('failed_precondition', `${name} may not be read: ${code}, ${message}`, details);
  }
  // The library's words, before it has asked anybody.
  if (message === 'Region is missing') {
    return new AppError(
      'failed_precondition',
      `the region of ${name} is not known: set WINNOW_S3_REGION`,
      details,
    );
  }
  if (status !== null && status >= 400 && status < 500 && status !== 429 && status !== 408) {
    return new AppError(
      'failed_precondition',
      `${name} does not take the request: ${code}, ${message}`,
      details,
    );
  }
  return new AppError('unavailable', `${name} does not answer: ${code}, ${message}`, details);
}

/** The error of one object, which is its own where the server has answered for it. */
export function objectError(name: string, key: string, thrown: unknown): AppError {
  const { code, status, message } = faultOf(thrown);
  if (code === 'NoSuchKey') return new AppError('not_found', `there is no ${key}`, { cause: thrown });
  if (code === 'AccessDenied' || code === 'InvalidObjectState') {
    return new AppError('failed_precondition', `${key} may not be read: ${code}, ${message}`, {
      cause: thrown,
    });
  }
  if (status === 412) {
    return new AppError('failed_precondition', `${key} changed while it was read`, { cause: thrown });
  }
  if (code === 'NoSuchBucket' || status === null || status >= 500 || refusals.has(code)) {
    const found = bucketError(name, thrown);
    // What is wrong with the whole bucket says nothing about one of its objects.
    return new AppError('unavailable', found.message, { cause: thrown, part: 'source' });
  }
  return bucketError(name, thrown);
}

function faultOf(thrown: unknown): { code: string; status: number | null; message: string } {
  if (!(thrown instanceof Error)) return { code: 'unknown', status: null, message: String(thrown) };
  const metadata = '$metadata' in thrown ? (thrown.$metadata as { httpStatusCode?: number }) : {};
  const status = metadata.httpStatusCode ?? null;
  return { code: thrown.name, status, message: thrown.message.slice(0, 300) };
}
