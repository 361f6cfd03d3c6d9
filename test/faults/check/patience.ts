import { setTimeout as wait } from 'node:timers/promises';
import { CallError } from '../scene/call-error.ts';
import type { History } from './history.ts';

/** What a client sits out. */
export const passing: ReadonlySet<string> = new Set([
  'unavailable',
  'deadline_exceeded',
  'resource_exhausted',
  'unreachable',
]);

/** Between two tries, or two looks. */
const pollMs = 200;

export interface Patience<Value> {
  /** Time to stop. */
  readonly signal: AbortSignal;
  readonly tell: (value: Value) => string;
  /** What may be answered besides, and is then thrown; none by default. Anything else is a violation. */
  readonly refusals?: ReadonlySet<string>;
}

/**
 * Asks until there is an answer; null when it is time to stop before.
 * @throws CallError that is one of the refusals.
 */
export async function patiently<Value>(
  { history, actor }: { readonly history: History; readonly actor: string },
  what: string,
  make: () => Promise<Value>,
  { signal, tell, refusals }: Patience<Value>,
): Promise<Value | null> {
  while (!signal.aborted) {
    try {
      return await history.call(actor, what, make, tell);
    } catch (thrown) {
      const error = CallError.from(thrown);
      if (refusals?.has(error.code)) throw error;
      if (!passing.has(error.code)) history.violate('I7', `${what} was answered with ${error.message}`);
      await pause(signal);
    }
  }
  return null;
}

export async function pause(signal: AbortSignal): Promise<void> {
  await wait(pollMs, undefined, { signal }).catch(() => {});
}
