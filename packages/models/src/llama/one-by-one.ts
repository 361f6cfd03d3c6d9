import { AppError } from '@winnow/core';

/** One after the other, in the order of asking. */
export interface OneByOne {
  /**
   * Runs work when all that was asked for before has ended. Work that is canceled while it waits is not run.
   * @throws what the work throws; AppError `canceled` or `deadline_exceeded` by the signal.
   */
  run<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value>;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
}

export function createOneByOne(): OneByOne {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(signal, work) {
      const mine = last.then(() => {
        if (signal.aborted) throw AppError.from(signal.reason);
        return work();
      });
      last = mine.catch(() => {});
      return mine;
    },
    async idle() {
      await last;
    },
  };
}
