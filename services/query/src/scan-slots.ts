import { AppError } from '@winnow/core';

/** Scans of whole corpora that one process makes at a time. */
const maxScans = 2;
const retryAfterMs = 5_000;

/** Bounds work that reads a whole corpus for one request. */
export interface ScanSlots {
  /** @throws AppError `resource_exhausted` while as many as may are under way. */
  within<Result>(scan: () => Promise<Result>): Promise<Result>;
}

export function createScanSlots(): ScanSlots {
  let taken = 0;
  return {
    async within(scan) {
      if (taken >= maxScans) {
        const message = `${taken} plans or examinations are under way here, and ${maxScans} may be: try again`;
        throw new AppError('resource_exhausted', message, { retryAfterMs });
      }
      taken += 1;
      try {
        return await scan();
      } finally {
        taken -= 1;
      }
    },
  };
}
