import type { AnswerEvent, AnswerResult } from '@winnow/engine';

/** Where the text of an answer goes. */
export interface AnswerOutput {
  /** Somebody reads along: text is written as it comes, before it is checked. */
  readonly isTerminal: boolean;
  write(text: string): void;
}

/**
 * Writes the text of an answer. What goes into a file or another program is the checked text alone, since nothing
 * written there can be taken back; on a terminal the checked text follows where it differs from what was streamed.
 *
 * @returns the end of the answer and how many sources it had; null where it had no end.
 */
export async function writeAnswer(
  events: AsyncIterable<AnswerEvent>,
  { isTerminal, write }: AnswerOutput,
): Promise<(AnswerResult & { readonly sourceCount: number }) | null> {
  let sourceCount = 0;
  let streamed = '';
  for await (const event of events) {
    if (event.type === 'sources-ready') sourceCount = event.sources.length;
    if (event.type === 'answer-delta' && isTerminal) {
      streamed += event.text;
      write(event.text);
    }
    if (event.type !== 'answer-end') continue;
    if (streamed !== '') write('\n');
    if (event.answer !== '' && event.answer.trim() !== streamed.trim()) {
      const heading = streamed === '' ? '' : '\nAfter the check of its citations:\n';
      write(`${heading}${event.answer}\n`);
    }
    return { ...event, sourceCount };
  }
  return null;
}
