import { AppError } from '@winnow/core';

/**
 * Waits for a server's answer to a check that ends with a signal.
 * @param whose names who is asked.
 * @throws AppError `deadline_exceeded` that says who has not answered, where the signal ended it; else what the check throws.
 */
export async function answeredInTime(
  whose: string,
  check: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await check;
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new AppError('deadline_exceeded', `${whose} did not answer in time`, { cause: thrown });
  }
}
