import { AppError } from '@winnow/core';
import { z } from 'zod';
import { createThoughtFilter } from '../chat/thought-filter.ts';

/** Puts an answer together from the chunks of its stream. */
export interface AnswerReader {
  /** @returns what the chunk adds to the answer; empty for one that adds nothing. */
  add(chunk: unknown): string;
  /** What was kept back, at the end of the stream. */
  rest(): string;
  /** Whether anything came. */
  readonly begun: boolean;
  /** All that was generated so far, thoughts included. */
  readonly text: string;
  /** As the endpoint counts it; null as long as it has not said. */
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | null;
  /** @throws AppError `unavailable` if the answer has not ended. */
  end(): 'stop' | 'length' | 'filtered';
}

/**
 * Only what is read is checked. Reasoning is no part of the answer, whether it comes in a field of its own
 * (`reasoning_content` and its like) or in the text; nor is a refusal, which only counts as its end.
 */
const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() })
    .nullish()
    .catch(null),
});

/** @see https://platform.openai.com/docs/api-reference/chat-streaming */
export function createAnswerReader(): AnswerReader {
  let begun = false;
  let text = '';
  let usage: AnswerReader['usage'] = null;
  let finishReason: string | null = null;
  let refused = false;
  const thoughts = createThoughtFilter();
  return {
    add(chunk) {
      const parsed = chunkSchema.safeParse(chunk);
      if (!parsed.success) throw new AppError('unavailable', 'a piece of the answer has another form');
      begun = true;
      const [choice] = parsed.data.choices ?? [];
      if (parsed.data.usage) usage = usageOf(parsed.data.usage);
      if (choice?.finish_reason) finishReason = choice.finish_reason;
      if (choice?.delta?.refusal) refused = true;
      const added = choice?.delta?.content ?? '';
      text += added;
      return thoughts.add(added);
    },
    rest: thoughts.rest,
    get begun() {
      return begun;
    },
    get text() {
      return text;
    },
    get usage() {
      return usage;
    },
    end() {
      if (finishReason === null) throw new AppError('unavailable', 'the stream ended before the answer did');
      if (refused || finishReason === 'content_filter') return 'filtered';
      return finishReason === 'length' ? 'length' : 'stop';
    },
  };
}

function usageOf(wire: { prompt_tokens: number; completion_tokens: number }): AnswerReader['usage'] {
  return { inputTokens: wire.prompt_tokens, outputTokens: wire.completion_tokens };
}
