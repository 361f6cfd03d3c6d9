import type { RunId, Waiting } from '@winnow/core';

/**
 * What runs wait for, as far as it cannot be written down: a store that is full or away does not take a note of it
 * either. Known to this process only.
 */
export interface Troubles {
  get(runId: RunId): Waiting | null;
  set(runId: RunId, waiting: Waiting): void;
  clear(runId: RunId): void;
}

export function createTroubles(): Troubles {
  const known = new Map<RunId, Waiting>();
  return {
    get: (runId) => known.get(runId) ?? null,
    set: (runId, waiting) => {
      known.set(runId, waiting);
    },
    clear: (runId) => {
      known.delete(runId);
    },
  };
}
