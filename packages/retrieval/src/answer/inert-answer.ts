import { createInertStream, inertMarkup } from '../markup/inert-markup.ts';
import type { AnswerEvent } from './answer-event.ts';

/** The edge where answers leave: their markup does nothing, what is streamed as well as the result. */
export async function* inertAnswer(events: AsyncIterable<AnswerEvent>): AsyncGenerator<AnswerEvent, void> {
  const markup = createInertStream();
  for await (const event of events) {
    if (event.type === 'answer-delta') {
      yield* delta(markup.push(event.text));
    } else if (event.type === 'answer-end') {
      yield* delta(markup.end());
      const { text, moved } = inertMarkup(event.answer);
      const unsupported = event.unsupported.map((claim) => ({ ...claim, ...moved(claim) }));
      yield { ...event, answer: text, unsupported };
    } else {
      yield event;
    }
  }
}

function* delta(text: string): Generator<AnswerEvent> {
  if (text !== '') yield { type: 'answer-delta', text };
}
