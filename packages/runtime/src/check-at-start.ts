import { AppError, unlessAborted } from '@winnow/core';

/** Servers that do not answer at the start are waited for this long. */
const startWithinMs = 10_000;

/**
 * Checks the servers that a service needs before it takes anything on.
 * @param stopped ends the check, as a signal does that comes before it is over.
 * @returns false where the service was stopped before.
 * @throws AppError saying which server does not answer or does not fit; of a part, so that it is not taken for bad
 * input.
 */
export async function checkAtStart(
  servers: { check(signal: AbortSignal): Promise<void> },
  stopped: Promise<unknown>,
): Promise<boolean> {
  const stop = new AbortController();
  const late = AbortSignal.timeout(startWithinMs);
  void stopped.then(() => stop.abort());
  try {
    const either = AbortSignal.any([stop.signal, late]);
    // A check that does not heed its signal does not keep the service waiting.
    await unlessAborted(servers.check(either), either);
    return true;
  } catch (thrown) {
    if (stop.signal.aborted) return false;
    const error = AppError.from(thrown);
    if (error.code !== 'deadline_exceeded' || error.part !== null) throw error.attributedTo('queue');
    throw new AppError(
      'unavailable',
      `Redis or Elasticsearch did not answer within ${startWithinMs / 1_000} s: check REDIS_URL and ELASTICSEARCH_URL`,
      { cause: error, part: 'queue' },
    );
  }
}
