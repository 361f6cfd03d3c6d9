import type { AppError, ErrorPart, Waiting, WaitReason } from '@winnow/core';

interface Meaning {
  /** In two or three words, behind a progress bar. */
  readonly label: string;
  /** What somebody can do; null where the message of the wait says it. */
  readonly advice: string | null;
}

const goesOn = 'the run goes on by itself';

const meanings: Readonly<Record<WaitReason, Meaning>> = {
  paused: { label: 'paused', advice: null },
  budget: { label: 'budget reached', advice: null },
  stopped: { label: 'its process was stopped', advice: null },
  window: { label: 'outside of its hours', advice: null },
  source_away: {
    label: 'source away',
    advice: `Bring the source back, or mend its path: ${goesOn}, and nothing is deleted meanwhile.`,
  },
  index_away: {
    label: 'index away',
    advice: `Start the server, or mend the way to it: ${goesOn} when it answers.`,
  },
  index_busy: { label: 'index busy', advice: `Nothing has to be done: ${goesOn}, more slowly.` },
  index_full: { label: 'index full', advice: `Free some space on its disk: ${goesOn} then.` },
  index_refuses: { label: 'index refuses', advice: `Once that is mended, ${goesOn}.` },
  model_away: {
    label: 'model away',
    advice: `Start its server, or mend the way to it: ${goesOn} when it answers.`,
  },
  model_busy: { label: 'model busy', advice: `Nothing has to be done: ${goesOn} when the provider lets it.` },
  model_refuses: {
    label: 'model refuses',
    advice: `Check its key, its name and its files: ${goesOn} when they are right.`,
  },
  queue_away: {
    label: 'Redis away',
    advice: `Start Redis, or mend the way to it: ${goesOn} when it answers.`,
  },
  queue_full: {
    label: 'Redis full',
    advice: `Give Redis more memory, or let other runs end: ${goesOn} then.`,
  },
  worker_lost: { label: 'workers lost', advice: 'The log of the workers says why; it is tried again.' },
  unexpected: { label: 'unforeseen error', advice: 'The log says more; it is tried again.' },
};

/** What a run waits for, in two or three words. */
export function waitLabel(reason: WaitReason): string {
  return meanings[reason].label;
}

/** What a run waits for, and what somebody can do about it, in a line. */
export function waitLine({ reason, message }: Pick<Waiting, 'reason' | 'message'>): string {
  const { advice } = meanings[reason];
  const told = `waiting (${reason}): ${message}`;
  return advice === null ? told : `${told.replace(/\.$/, '')}. ${advice}`;
}

/** What keeps a run from being looked at, as a run would name it that waited for it. */
export function waitReasonOfTrouble({ part }: Pick<AppError, 'part'>): WaitReason {
  return part === null ? 'index_away' : reasonOfPart[part];
}

const reasonOfPart: Readonly<Record<ErrorPart, WaitReason>> = {
  source: 'source_away',
  index: 'index_away',
  model: 'model_away',
  queue: 'queue_away',
};
