import type { ChatMessage } from '@winnow/core';
import type { InjectionCanary } from './canaries.ts';

/** What a scripted model reads of a prompt before it decides whom to obey. */
export type Reading = 'everything' | 'outside-fences';

/**
 * The answer of a model that obeys every attack it can read, and otherwise says what it was going to say.
 *
 * - `everything`: fences mean nothing to it, as to a model that was never taught
 * - `outside-fences`: it takes what stands between fences for a quotation, as a well-taught model does
 */
export function gullibleReply(
  messages: readonly ChatMessage[],
  canaries: readonly InjectionCanary[],
  reading: Reading,
  proper: string,
): string {
  const prompt = messages.map(({ content }) => content).join('\n\n');
  const read = reading === 'everything' ? prompt : withoutFenced(prompt);
  const obeyed = canaries.find(({ attack }) => linesOf(attack).some((line) => read.includes(line)));
  return obeyed?.obeyed ?? proper;
}

/** Lines long enough to mean something. */
function linesOf(attack: string): readonly string[] {
  return attack.split('\n').filter((line) => line.length >= 16);
}

/** A fence ends where the same line of backticks stands again. */
function withoutFenced(prompt: string): string {
  const kept: string[] = [];
  let fence: string | null = null;
  for (const line of prompt.split('\n')) {
    const isFence = /^`{3,}$/.test(line);
    if (fence === null && isFence) fence = line;
    else if (fence !== null && line === fence) fence = null;
    else if (fence === null) kept.push(line);
  }
  return kept.join('\n');
}
