import { visible } from '@winnow/core';
import { styled } from './colors.ts';

/** Writes one line to standard output, of which nothing but us gives the style. */
export function print(line: string, style?: 'bold'): void {
  const text = visible(line);
  process.stdout.write(`${style === undefined ? text : styled(style, text, process.stdout)}\n`);
}

/** Writes text to standard output as it comes, without a line end behind it. */
export function printPiece(text: string): void {
  process.stdout.write(visible(text));
}

/** Writes a value as one line of JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** One process runs one command, so that what it says besides its result is a matter of the whole process. */
let notesAreWanted = true;

/** From now on nothing is written but results and errors. */
export function silenceNotes(): void {
  notesAreWanted = false;
}

/** Whether somebody wants to know more than the result. */
export function areNotesWanted(): boolean {
  return notesAreWanted;
}

/** Writes one line to standard error: what is not the result. */
export function printNote(line: string): void {
  if (!notesAreWanted) return;
  const text = visible(line);
  process.stderr.write(`${text.startsWith('warning:') ? styled('yellow', text, process.stderr) : text}\n`);
}
