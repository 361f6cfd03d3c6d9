import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from './connection.ts';

/** Makes writes visible, for all who ask at the same time at once. */
export interface Refresher {
  /**
   * Resolves after a refresh that began after the call. Calls that come while one is awaited share it.
   * @param sparing also waits until the last one is {@link RefresherOptions.sparingMs} ago, so that dense callers share more.
   */
  refreshed(index: string, options?: { readonly sparing?: boolean }): Promise<void>;
  /** Sees to it that one follows, and does not wait for it. */
  soon(index: string): void;
}

export interface RefresherOptions {
  /** Between the beginnings of two refreshes that are to be sparing, in milliseconds. */
  readonly sparingMs: number;
}

interface State {
  /** Began, and is not over. */
  running: Promise<void>;
  /** Not begun: whoever comes now may join. */
  next: { readonly promise: Promise<void>; hurry(): void } | null;
  beganAt: number;
}

/**
 * One refresh at a time and index. A refresh makes a segment of whatever was written since the last one, so that
 * a hundred of them for a hundred small writes cost the server a hundred times what one does.
 */
export function createRefresher(connection: Connection, { sparingMs }: RefresherOptions): Refresher {
  const states = new Map<string, State>();

  function stateOf(index: string): State {
    const known = states.get(index);
    if (known !== undefined) return known;
    const state: State = { running: Promise.resolve(), next: null, beganAt: Number.NEGATIVE_INFINITY };
    states.set(index, state);
    return state;
  }

  function plan(index: string, state: State, sparing: boolean): Promise<void> {
    if (state.next !== null) {
      if (!sparing) state.next.hurry();
      return state.next.promise;
    }
    const hurried = new AbortController();
    const waitMs = sparing ? state.beganAt + sparingMs - performance.now() : 0;
    const promise = begin(index, state, waitMs, hurried.signal);
    state.next = { promise, hurry: () => hurried.abort() };
    return promise;
  }

  async function begin(index: string, state: State, waitMs: number, hurried: AbortSignal): Promise<void> {
    await state.running.catch(() => {});
    if (waitMs > 0) await delay(waitMs, undefined, { signal: hurried }).catch(() => {});
    state.next = null;
    state.beganAt = performance.now();
    state.running = connection
      .read((client, options) => client.indices.refresh({ index }, options))
      .then(() => {});
    await state.running;
  }

  return {
    refreshed: (index, { sparing = false } = {}) => plan(index, stateOf(index), sparing),
    soon(index) {
      // Whoever needs it to have happened asks for one that has.
      plan(index, stateOf(index), true).catch(() => {});
    },
  };
}
