import { unlessAborted } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';

/** Makes writes visible, for all who ask at the same time at once. */
export interface Refresher {
  /**
   * Resolves after a refresh that began after the call. Calls that come before it begins share it.
   * @throws AppError of the refresh; the signal's reason where that comes first, and the refresh goes on for the others.
   */
  refreshed(index: string, options?: RefreshOptions): Promise<void>;
  /** Sees to it that one follows within some seconds, sooner where somebody needs one anyway. Nobody waits for it. */
  eventually(index: string): void;
  /** Does now what is to follow eventually. Never throws. */
  refreshOwed(): Promise<void>;
}

interface RefreshOptions {
  /**
   * After a few at once, begins no sooner than {@link RefresherOptions.sparingMs} after the last one, so that dense
   * callers share it.
   */
  readonly sparing?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface RefresherOptions {
  /** Between the beginnings of two refreshes that are to be sparing, in milliseconds. */
  readonly sparingMs: number;
}

/** Sparing ones at once, after a while without any: the few commits of a small run wait for nothing. */
const atOnce = 4;
/** What nobody waits for happens this many intervals after the last refresh, unless somebody needs one before. */
const patience = 4;
/** Indexes that are remembered; those with nothing to do are forgotten first. */
const maxIndexes = 1_000;

interface State {
  /** Began, and is not over; never rejects. */
  running: Promise<void>;
  next: Next | null;
  beganAt: number;
  /** So long before a sparing one may begin; it grows by an interval with each that begins. */
  sparedUntil: number;
}

/** Has not begun: whoever comes now may join. */
interface Next extends PromiseWithResolvers<void> {
  dueAt: number;
  isAwaited: boolean;
  timer: NodeJS.Timeout | undefined;
}

/**
 * One refresh at a time and index. A refresh makes a segment of whatever was written since the last one, so that
 * a hundred of them for a hundred small writes cost the server a hundred times what one does.
 */
export function createRefresher(
  connection: Pick<Connection, 'read'>,
  { sparingMs }: RefresherOptions,
): Refresher {
  const states = new Map<string, State>();

  function stateOf(index: string): State {
    const known = states.get(index);
    if (known !== undefined) return known;
    const state: State = {
      running: Promise.resolve(),
      next: null,
      beganAt: Number.NEGATIVE_INFINITY,
      sparedUntil: Number.NEGATIVE_INFINITY,
    };
    if (states.size >= maxIndexes) forgetIdle(states);
    states.set(index, state);
    return state;
  }

  function ask(index: string, state: State, dueAt: number, isAwaited: boolean): Promise<void> {
    state.next ??= newNext();
    const { next } = state;
    if (dueAt < next.dueAt) {
      clearTimeout(next.timer);
      next.dueAt = dueAt;
      next.timer = setTimeout(() => begin(index, state, next), Math.max(0, dueAt - performance.now()));
    }
    next.isAwaited ||= isAwaited;
    if (next.isAwaited) next.timer?.ref();
    else next.timer?.unref();
    return next.promise;
  }

  async function begin(index: string, state: State, next: Next): Promise<void> {
    await state.running;
    if (state.next !== next) return;
    state.next = null;
    clearTimeout(next.timer);
    const now = performance.now();
    state.beganAt = now;
    const grown = Math.max(state.sparedUntil, now - (atOnce - 1) * sparingMs) + sparingMs;
    state.sparedUntil = Math.min(grown, now + sparingMs);
    const refreshing = refresh(connection, index);
    state.running = refreshing.catch(() => {});
    refreshing.then(next.resolve, next.reject);
  }

  return {
    async refreshed(index, { sparing = false, signal } = {}) {
      const state = stateOf(index);
      const dueAt = sparing ? state.sparedUntil : performance.now();
      await unlessAborted(ask(index, state, dueAt, true), signal);
    },
    eventually(index) {
      const state = stateOf(index);
      ask(index, state, Math.max(state.beganAt, performance.now() - sparingMs) + patience * sparingMs, false);
    },
    async refreshOwed() {
      const owed = [...states].filter(([, { next }]) => next !== null);
      await Promise.allSettled(owed.map(([index, state]) => ask(index, state, performance.now(), true)));
    },
  };
}

function newNext(): Next {
  const next: Next = {
    ...Promise.withResolvers<void>(),
    dueAt: Number.POSITIVE_INFINITY,
    isAwaited: false,
    timer: undefined,
  };
  // Whoever asked may have gone away meanwhile.
  next.promise.catch(() => {});
  return next;
}

function forgetIdle(states: Map<string, State>): void {
  for (const [index, { next }] of states) if (next === null) states.delete(index);
}

async function refresh(connection: Pick<Connection, 'read'>, index: string): Promise<void> {
  const { _shards: shards } = await connection.read((client, options) =>
    client.indices.refresh({ index }, options),
  );
  if (shards === undefined || shards.failed === 0) return;
  throw indexError(
    'unavailable',
    `${shards.failed} of ${shards.total} shards of ${index} were not refreshed`,
  );
}
