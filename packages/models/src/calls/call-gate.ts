import { type Admission, AppError, type CallPriority } from '@winnow/core';
import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

/** A call that waits to be made. */
export interface GateCall {
  readonly tokens: number;
  readonly priority: CallPriority;
  readonly signal: AbortSignal;
  /** When an interactive call would rather not be made, on the clock of `performance.now`. */
  readonly untilMs: number;
}

export interface CallGate {
  /** Calls under way. */
  readonly underWay: number;
  /**
   * Resolves when the call is to be made.
   * @throws AppError `resource_exhausted` if it would have to wait too long; the signal's reason; what `take` threw.
   */
  enter(call: GateCall): Promise<Admission>;
  /** Once for each call that entered, when it has ended. */
  leave(): void;
}

export interface CallGateOptions {
  /** Asks the shared limits. */
  readonly take: (call: GateCall) => Promise<Admission>;
  /** A call was admitted whose caller was gone by then. */
  readonly giveBack: (call: GateCall, admission: Admission) => void;
  /** Calls that may be under way at once, at this moment. */
  readonly places: () => number;
  readonly longestBulkWaitMs: number;
  /** How a call is refused that would have to wait for `waitMs` more. */
  readonly tooLong: (waitMs: number) => AppError;
}

/** Interactive calls may go though all places are taken: this many more. */
const extraPlaces = 4;
/** An interactive call asks again this often, which keeps bulk calls of all processes from going before it. */
const interactiveAskMs = 500;

/**
 * Where the calls of this process wait, first come, first served within each priority. Only the first of a priority asks
 * the shared limits, so that a hundred waiting calls ask no oftener than one; bulk calls ask only while no
 * interactive one waits.
 */
export function createCallGate(options: CallGateOptions): CallGate {
  const { take, giveBack, places, longestBulkWaitMs, tooLong } = options;
  let underWay = 0;
  const lines: Readonly<Record<CallPriority, WaitingLine<GateCall, Admission>>> = {
    interactive: createWaitingLine({ mayAsk: () => underWay < places() + extraPlaces, ask, onServed }),
    bulk: createWaitingLine({
      mayAsk: () => lines.interactive.isEmpty && underWay < places(),
      ask,
      onServed,
    }),
  };

  return {
    get underWay() {
      return underWay;
    },
    async enter(call) {
      const { signal, priority, untilMs } = call;
      if (signal.aborted) throw AppError.from(signal.reason);
      const place = lines[priority].join(call);
      const leaveEarly = () => place.drop(AppError.from(signal.reason));
      signal.addEventListener('abort', leaveEarly, { once: true });
      const patienceMs = untilMs - performance.now();
      const timer =
        priority === 'interactive'
          ? setTimeout(() => place.drop(tooLong(interactiveAskMs)), patienceMs)
          : undefined;
      try {
        return await place.served;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', leaveEarly);
        go();
      }
    },
    leave() {
      underWay -= 1;
      go();
    },
  };

  function go(): void {
    lines.interactive.go();
    lines.bulk.go();
  }

  async function ask(call: GateCall): Promise<Admission | number> {
    const admission = await take(call);
    if (admission.admitted) return admission;
    const { waitMs } = admission;
    const patienceMs = call.priority === 'bulk' ? longestBulkWaitMs : call.untilMs - performance.now();
    if (waitMs > patienceMs) throw tooLong(waitMs);
    return call.priority === 'bulk' ? waitMs : Math.min(waitMs, interactiveAskMs);
  }

  function onServed(call: GateCall, admission: Admission, gone: boolean): void {
    if (gone) giveBack(call, admission);
    else underWay += 1;
  }
}
