/** Remembers how often kinds of jobs were paused, to pause longer while it does not help. */
export interface Pauses {
  /** Pauses since `succeeded` was last called for the kind. */
  inARow(kind: string): number;
  /**
   * Notes a pause of `delayMs` from now. Jobs that ran side by side into one limit count as one.
   * @returns true if the kind was not paused already.
   */
  paused(kind: string, delayMs: number): boolean;
  succeeded(kind: string): void;
}

/** @param now milliseconds since any fixed instant. */
export function createPauses(now: () => number): Pauses {
  const byKind = new Map<string, { readonly count: number; readonly untilMs: number }>();
  return {
    inARow(kind) {
      const pause = byKind.get(kind);
      if (pause === undefined) return 0;
      return pause.untilMs > now() ? pause.count - 1 : pause.count;
    },
    paused(kind, delayMs) {
      const pause = byKind.get(kind);
      const untilMs = now() + delayMs;
      if (pause === undefined || pause.untilMs <= now()) {
        byKind.set(kind, { count: (pause?.count ?? 0) + 1, untilMs });
        return true;
      }
      byKind.set(kind, { count: pause.count, untilMs: Math.max(pause.untilMs, untilMs) });
      return false;
    },
    succeeded(kind) {
      byKind.delete(kind);
    },
  };
}
