import type { AppError, RunId, SourceId } from '@winnow/core';

/** How long a source that did not answer is left alone, while there are documents of others. */
const restMs = 30_000;

/**
 * Sources that did not answer when a document was to be read: theirs are passed over while there are others. Known to
 * this process only.
 */
export interface AwaySources {
  /** What was met at the source a moment ago; null where nothing is known of it. */
  get(runId: RunId, sourceId: SourceId): AppError | null;
  set(runId: RunId, sourceId: SourceId, error: AppError): void;
  /** Has all of them be asked again. */
  clear(runId: RunId): void;
}

export function createAwaySources(now: () => Date): AwaySources {
  const known = new Map<RunId, Map<SourceId, { readonly error: AppError; readonly until: number }>>();
  return {
    get(runId, sourceId) {
      const found = known.get(runId)?.get(sourceId);
      return found !== undefined && found.until > now().getTime() ? found.error : null;
    },
    set(runId, sourceId, error) {
      const ofRun = known.get(runId) ?? new Map();
      known.set(runId, ofRun.set(sourceId, { error, until: now().getTime() + restMs }));
    },
    clear: (runId) => {
      known.delete(runId);
    },
  };
}
