import type { AppError, Waiting, WaitReason } from '@winnow/core';
import { waitLine, waitReasonOfTrouble } from '../output/wait-text.ts';

/** Says what a run waits for, each reason once however often it is met. */
export interface WaitTeller {
  waits(waiting: Waiting | null): void;
  /** The run cannot even be looked at. */
  trouble(error: AppError): void;
}

export function createWaitTeller(say: (line: string) => void): WaitTeller {
  const told = new Set<WaitReason>();
  const tell = (waiting: Pick<Waiting, 'reason' | 'message'>): void => {
    if (told.has(waiting.reason)) return;
    told.add(waiting.reason);
    say(waitLine(waiting));
  };
  return {
    waits(waiting) {
      if (waiting !== null) tell(waiting);
    },
    trouble: (error) => tell({ reason: waitReasonOfTrouble(error), message: error.message }),
  };
}
