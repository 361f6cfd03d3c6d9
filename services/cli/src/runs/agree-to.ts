import { AppError } from '@winnow/core';
import { exitCodes } from '@winnow/runtime';
import { printNote } from '../output/print.ts';
import { askYesNo, isTerminal } from './ask-yes-no.ts';

/** Of commands that take away what no other command brings back. */
export const yesOption = [
  '--yes',
  'do not ask; without a terminal nothing is done but with this option',
] as const;

export interface Deed {
  /** As an order: `delete notes with 3 documents`. */
  readonly what: string;
  /** What should be known about it besides, as a sentence. */
  readonly note?: string;
}

/**
 * Whether what cannot be undone is to be done. Somebody at a terminal is asked; a no is said, and becomes the exit code.
 * @param isAgreed given with `--yes`: nobody is asked.
 * @throws AppError `invalid_argument` where there is no terminal to ask in.
 */
export async function agreeTo(
  { what, note }: Deed,
  isAgreed: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  if (isAgreed) return true;
  if (!isTerminal()) {
    throw new AppError(
      'invalid_argument',
      `nothing was done: there is no terminal to ask in whether to ${what}. Add --yes to have it done unasked`,
    );
  }
  const question = `${what.charAt(0).toUpperCase()}${what.slice(1)}?${note === undefined ? '' : ` ${note}`}`;
  if (await askYesNo(question, signal)) return true;
  printNote('nothing was done');
  process.exitCode = exitCodes.no;
  return false;
}
