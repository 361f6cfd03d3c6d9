import { AppError, type Logger, within } from '@winnow/core';

/** Something that was built and must be closed again. */
export interface Part {
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Closes parts in the reverse of the order they were built in, each under its own deadline; one that fails
 * or hangs does not keep the others open.
 */
export async function closeInReverse(parts: readonly Part[], deadlineMs: number, log: Logger): Promise<void> {
  for (const part of parts.toReversed()) {
    try {
      const late = () =>
        new AppError('deadline_exceeded', `${part.name} did not close within ${deadlineMs} ms`);
      await within(part.close(), deadlineMs, late);
    } catch (thrown) {
      log.warn({ event: 'close-failed', part: part.name, error: AppError.from(thrown) });
    }
  }
}

/**
 * Runs `stop` at the first SIGINT or SIGTERM; a second one ends the process at once.
 * @returns removes the handlers again.
 */
export function onTermination(stop: (signal: NodeJS.Signals) => void): () => void {
  let stopping = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(exitCodeOf(signal));
    stopping = true;
    stop(signal);
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return () => {
    process.off('SIGINT', handle);
    process.off('SIGTERM', handle);
  };
}

/** Ends the process if it has not ended by itself by then: what nobody could close does not keep it alive. */
export function endProcessWithin(ms: number, log: Logger): void {
  const end = () => {
    log.warn({ event: 'exit-forced', afterMs: ms });
    process.exit();
  };
  setTimeout(end, ms).unref();
}

/** 128 + the signal's number, as shells expect it. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return signal === 'SIGINT' ? 130 : 143;
}
