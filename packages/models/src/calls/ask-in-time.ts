import { type Admission, AppError, type Logger, within } from '@winnow/core';

/** Longest wait for the shared limits; they answer within a millisecond when all is well. */
const longestMs = 500;
/** After the limits could not be asked, they are left in peace this long. */
const quietMs = 5_000;

/**
 * For interactive calls: a question is not to go without its answer because the place is away where limits
 * are kept. Then the call is made unasked, and the provider is the one to refuse it.
 */
export function askInTime({ provider, log }: { readonly provider: string; readonly log: Logger }) {
  let quietUntilMs = 0;
  return async (ask: () => Promise<Admission>): Promise<Admission> => {
    const unasked: Admission = { admitted: true, waitMs: 0, takenAtMs: 0 };
    if (performance.now() < quietUntilMs) return unasked;
    try {
      return await within(ask(), longestMs, late);
    } catch (thrown) {
      const { code, message } = AppError.from(thrown);
      log.warn({ event: 'limits-away', provider, code, message });
      quietUntilMs = performance.now() + quietMs;
      return unasked;
    }
  };
}

function late(): AppError {
  return new AppError('deadline_exceeded', `no answer within ${longestMs} ms`);
}
