import {
  type CallPriority,
  type ChatModel,
  type ChatRequest,
  type Logger,
  type ModelUsage,
  noModelUsage,
} from '@winnow/core';
import type { OpenCall, ProviderCalls } from '../calls/provider-calls.ts';
import { createEstimatingTokenizer } from '../tokenizer/estimating-tokenizer.ts';
import { type AnswerReader, createAnswerReader } from './openai-chat-answer.ts';
import { type ChatDialect, chatBody, firstDialect, nextDialect } from './openai-chat-dialect.ts';
import { chatFailure } from './openai-chat-failure.ts';
import { createOpenAiClient } from './openai-client.ts';
import { createStallLimit, type StallLimit } from './stall-limit.ts';

export interface OpenAiChatModelOptions {
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  /** With its version: `http://localhost:11434/v1`; null for OpenAI's own. */
  readonly baseUrl: string | null;
  /** The name the endpoint knows. */
  readonly model: string;
  /** The name users know; the model's own by default. */
  readonly modelId?: string;
  /** Tokens that prompt and answer may have together. */
  readonly contextTokens: number;
  readonly calls: ProviderCalls;
  /** `interactive` by default. */
  readonly priority?: CallPriority;
  /** Longest wait for the first and for each next piece; 60 s by default. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  readonly log: Logger;
}

const defaultTimeoutMs = 60_000;

/**
 * A chat model of OpenAI or of any endpoint that speaks its API, streamed. What an endpoint refuses to be asked
 * (a schema, the newer or older name of a limit, a temperature, the count of tokens) is left out from then on:
 * see {@link nextDialect}. Apart from that a chat is one request.
 *
 * The usage is the endpoint's; where it sends none, or the answer breaks off, it is estimated from above.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function createOpenAiChatModel(options: OpenAiChatModelOptions): ChatModel {
  const { model, modelId = model, contextTokens, log } = options;
  const { count: countTokens } = createEstimatingTokenizer();
  const what = `an answer of ${model}`;
  const open = createOpen(options, what, countTokens);
  return {
    modelId,
    contextTokens,
    countTokens,
    async *chat(request, { signal }) {
      const startedAt = performance.now();
      const { chunks, stall, end: endCall } = await open(request, signal);
      const reader = createAnswerReader();
      const usage = () => usageSoFar(reader, request, countTokens);
      let outcome: Parameters<OpenChat['end']>[0] | null = null;
      try {
        for await (const chunk of stall.watch(chunks)) {
          const text = reader.add(chunk);
          if (text !== '') yield { type: 'delta', text };
        }
        const end = reader.end();
        const rest = reader.rest();
        if (rest !== '') yield { type: 'delta', text: rest };
        yield { type: 'usage', usage: usage() };
        yield { type: 'end', reason: end };
      } catch (error) {
        const failure = chatFailure(error, what, stall.signal, sentBy(options, request));
        outcome = { error: failure };
        // What was generated until now is billed.
        if (reader.begun) yield { type: 'usage', usage: usage() };
        throw failure;
      } finally {
        const { inputTokens, outputTokens } = usage();
        endCall(outcome ?? { tokens: inputTokens + outputTokens });
        const durationMs = Math.round(performance.now() - startedAt);
        log.debug({ event: 'chat-ended', model: modelId, inputTokens, outputTokens, durationMs });
      }
    },
    async close() {},
  };
}

interface OpenChat {
  readonly chunks: AsyncIterable<unknown>;
  readonly stall: StallLimit;
  readonly end: OpenCall<unknown>['end'];
}

/** Asks until the endpoint takes the request; each way of asking at most once. */
function createOpen(
  options: OpenAiChatModelOptions,
  what: string,
  countTokens: ChatModel['countTokens'],
): (request: ChatRequest, signal: AbortSignal) => Promise<OpenChat> {
  const { model, calls, priority = 'interactive', timeoutMs = defaultTimeoutMs, log } = options;
  const client = createOpenAiClient({ ...options, timeoutMs });
  let dialect: ChatDialect = firstDialect(options);
  return async (request, signal) => {
    const tokens = inputTokensOf(request, countTokens) + request.maxOutputTokens;
    for (;;) {
      const spoken = dialect;
      let refusal: unknown = null;
      const ask = async () => {
        const stall = createStallLimit(timeoutMs, what, signal);
        try {
          const body = chatBody(model, request, spoken);
          const asked = client.chat.completions.create(body, { signal: stall.signal });
          const { data: chunks, response } = await stall.wait(asked.withResponse());
          return { value: { chunks, stall }, headers: response.headers };
        } catch (error) {
          refusal = error;
          throw chatFailure(error, what, stall.signal, sentBy(options, request));
        }
      };
      try {
        const { value, end } = await calls.open({ tokens, priority, signal }, ask);
        return { ...value, end };
      } catch (failure) {
        const next = nextDialect(refusal, request, spoken);
        if (next === null) throw failure;
        log.debug({ event: 'chat-option-refused', model, ...next });
        dialect = next;
      }
    }
  };
}

function usageSoFar(
  reader: AnswerReader,
  request: ChatRequest,
  countTokens: ChatModel['countTokens'],
): ModelUsage {
  const estimated = {
    inputTokens: inputTokensOf(request, countTokens),
    outputTokens: countTokens(reader.text),
  };
  return { ...noModelUsage, ...(reader.usage ?? estimated), calls: 1 };
}

/** Each message takes a few tokens for its role and its borders. */
const tokensPerMessage = 4;

function inputTokensOf({ messages }: ChatRequest, countTokens: ChatModel['countTokens']): number {
  return messages.reduce((sum, { content }) => sum + tokensPerMessage + countTokens(content), 0);
}

function sentBy({ apiKey }: OpenAiChatModelOptions, { messages }: ChatRequest): readonly string[] {
  return [apiKey, ...messages.map(({ content }) => content)];
}
