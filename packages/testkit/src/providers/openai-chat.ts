import type { ChatMessage } from '@winnow/core';
import { fakeTokensOf } from './fake-embedding.ts';
import { allChatAbilities, type ChatAbilities, refuseUnknown } from './openai-chat-abilities.ts';
import { type ChatStream, type ScriptedStream, sendChatStream } from './openai-chat-stream.ts';
import type { ProviderRequest } from './provider-request.ts';
import type { ProviderRoute } from './provider-server.ts';

/** A text is sent in pieces of a few characters, an array piece by piece as it is. A piece is a token. */
export type ScriptedReply = string | readonly string[];

/** A chat model whose answers a test writes. */
export interface FakeChat {
  /**
   * What the model says to a request; greets by default. May be set anew at any time, and throw a
   * ProviderRefusal.
   */
  reply: (
    messages: readonly ChatMessage[],
    body: ProviderRequest['body'],
  ) => ScriptedReply | Promise<ScriptedReply>;
  /** Everything by default. */
  abilities: ChatAbilities;
  /** Time between two pieces of a stream; 0 by default: all at once. */
  pieceEveryMs: number;
  /** The next answers are exactly these streams; used up one a stream, in order. */
  streamNext(...streams: readonly ScriptedStream[]): void;
}

/**
 * `POST /v1/chat/completions` in the API's published form, streamed or whole. Mounted by the server of
 * {@link startOpenAiServer}.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function createFakeChat(): { readonly chat: FakeChat; readonly route: ProviderRoute } {
  const scripted: ScriptedStream[] = [];
  const chat: FakeChat = {
    reply: () => ['Hello', ', how', ' can I help?'],
    abilities: allChatAbilities,
    pieceEveryMs: 0,
    streamNext: (...streams) => {
      scripted.push(...streams);
    },
  };
  const route: ProviderRoute = {
    method: 'POST',
    path: '/v1/chat/completions',
    tokensOf: ({ body }) => inputTokensOf(body) + (outputLimitOf(body) ?? 0),
    async answer({ body }) {
      refuseUnknown(body, chat.abilities);
      const answer = answerTo(body, await chat.reply(body.messages, body));
      if (body.stream !== true) return { body: wholeAnswer(body, answer) };
      const proper: ScriptedStream = {
        deltas: answer.pieces,
        end: 'done',
        finishReason: answer.finishReason,
      };
      const stream: ChatStream = {
        finishReason: null,
        ...(scripted.shift() ?? proper),
        model: body.model,
        usage: body.stream_options?.include_usage === true ? answer.usage : null,
        pieceEveryMs: chat.pieceEveryMs,
      };
      return { stream: (response, fault) => sendChatStream(response, stream, fault) };
    },
  };
  return { chat, route };
}

/** An answer, cut at the limit that the request sets. */
interface Answer {
  readonly pieces: readonly string[];
  readonly finishReason: 'stop' | 'length';
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

function answerTo(body: ProviderRequest['body'], scripted: ScriptedReply): Answer {
  const all = typeof scripted === 'string' ? (scripted.match(/.{1,4}/gsu) ?? []) : scripted;
  const limit = outputLimitOf(body) ?? Number.POSITIVE_INFINITY;
  const pieces = all.slice(0, limit);
  const inputTokens = inputTokensOf(body);
  const outputTokens = pieces.length;
  return {
    pieces,
    finishReason: all.length > limit ? 'length' : 'stop',
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    },
  };
}

function inputTokensOf(body: ProviderRequest['body']): number {
  return fakeTokensOf(body.messages.map(({ content }: ChatMessage) => content));
}

function outputLimitOf(body: ProviderRequest['body']): number | null {
  return body.max_completion_tokens ?? body.max_tokens ?? null;
}

function wholeAnswer(body: ProviderRequest['body'], { pieces, finishReason, usage }: Answer): unknown {
  const message = { role: 'assistant', content: pieces.join(''), refusal: null };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: body.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    usage,
  };
}
