import { type AnswerDelta, AppError, type Generator, type Logger } from '@winnow/core';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { createAbstainFilter } from './abstain-filter.ts';
import { answerPrompt } from './answer-prompt.ts';
import { createOpenAiClient } from './openai-client.ts';
import { fromOpenAi } from './openai-error.ts';

export interface OpenAiGeneratorOptions {
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  /** With its version: `http://localhost:11434/v1`; null for OpenAI's own. */
  readonly baseUrl: string | null;
  readonly model: string;
  /** 1,024 by default. */
  readonly maxOutputTokens?: number;
  /** Longest wait for the first and for each next piece; 60 s by default. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  readonly log: Logger;
}

const defaultOutputTokens = 1_024;
const defaultTimeoutMs = 60_000;

/**
 * Answers with a chat model of OpenAI or of any endpoint that speaks its API, as a stream. Tries once.
 * Errors: as the embedder's; `unavailable` if the stream ends before the answer does.
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function createOpenAiGenerator(options: OpenAiGeneratorOptions): Generator {
  const { model, timeoutMs = defaultTimeoutMs, maxOutputTokens = defaultOutputTokens, log } = options;
  const client = createOpenAiClient({ ...options, timeoutMs });
  return {
    modelId: `openai:${model}`,
    async *generate(question, sources, { signal }) {
      const stalled = createStallLimit(timeoutMs);
      const either = AbortSignal.any([signal, stalled.signal]);
      try {
        const stream = await client.chat.completions.create(
          {
            model,
            messages: [...answerPrompt(question, sources)],
            ...limitsFor(options.baseUrl, maxOutputTokens),
            stream: true,
            stream_options: { include_usage: true },
          },
          { signal: either },
        );
        yield* answerDeltas(watched(stream, stalled.touch), (finishReason) => {
          if (finishReason !== 'stop') log.warn({ event: 'answer-cut', model, finishReason });
        });
      } catch (error) {
        throw fromOpenAi(error, `an answer of ${model}`, either);
      } finally {
        stalled.clear();
      }
    },
  };
}

/** OpenAI's newer models refuse `max_tokens` and a temperature; most other servers know only these. */
function limitsFor(baseUrl: string | null, maxOutputTokens: number) {
  return baseUrl === null
    ? { max_completion_tokens: maxOutputTokens }
    : { max_tokens: maxOutputTokens, temperature: 0 };
}

/**
 * Chunks of a chat completion → pieces of an answer; what the model writes to abstain becomes `abstained`.
 * @throws AppError `unavailable` if the chunks end without a finish reason.
 */
async function* answerDeltas(
  chunks: AsyncIterable<ChatCompletionChunk>,
  onFinish: (finishReason: string) => void,
): AsyncIterable<AnswerDelta> {
  const filter = createAbstainFilter();
  let finished = false;
  for await (const { choices, usage } of chunks) {
    const [choice] = choices;
    const text = filter.push(choice?.delta?.content ?? '');
    if (text !== '') yield { type: 'delta', text };
    if (choice?.finish_reason) {
      finished = true;
      onFinish(choice.finish_reason);
    }
    if (usage) {
      yield { type: 'usage', inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
    }
  }
  if (!finished) throw new AppError('unavailable', 'the stream ended before the answer did');
  const { abstained, rest } = filter.end();
  if (rest !== '') yield { type: 'delta', text: rest };
  if (abstained) yield { type: 'abstained' };
}

async function* watched<T>(items: AsyncIterable<T>, touch: () => void): AsyncIterable<T> {
  for await (const item of items) {
    touch();
    yield item;
  }
}

interface StallLimit {
  readonly signal: AbortSignal;
  /** Something arrived: the wait begins anew. */
  touch(): void;
  clear(): void;
}

function createStallLimit(timeoutMs: number): StallLimit {
  const controller = new AbortController();
  const stall = () =>
    controller.abort(new AppError('deadline_exceeded', `no piece of the answer came for ${timeoutMs} ms`));
  const timer = setTimeout(stall, timeoutMs);
  return { signal: controller.signal, touch: () => timer.refresh(), clear: () => clearTimeout(timer) };
}
