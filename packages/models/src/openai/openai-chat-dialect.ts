import type { ChatRequest } from '@winnow/core';
import { APIError } from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { readProblem } from '../http/read-problem.ts';

/** How an endpoint wants to be asked. */
export interface ChatDialect {
  /** How an answer in JSON is asked for; `none` leaves it to the prompt. */
  readonly format: 'json_schema' | 'json_object' | 'none';
  readonly outputLimit: 'max_completion_tokens' | 'max_tokens';
  /** Whether the other name of the limit was refused before. */
  readonly limitSettled: boolean;
  readonly temperature: boolean;
  readonly streamOptions: boolean;
}

/**
 * What is tried first. OpenAI's own models take the newer name of the limit, other servers mostly know only
 * the older one. OpenAI's reasoning models take no temperature.
 */
export function firstDialect(endpoint: {
  readonly baseUrl: string | null;
  readonly model: string;
}): ChatDialect {
  const isOpenAi = endpoint.baseUrl === null;
  return {
    format: 'json_schema',
    outputLimit: isOpenAi ? 'max_completion_tokens' : 'max_tokens',
    limitSettled: false,
    temperature: !(isOpenAi && /^(?:o\d|gpt-5)/.test(endpoint.model)),
    streamOptions: true,
  };
}

/** @see https://platform.openai.com/docs/api-reference/chat/create */
export function chatBody(
  model: string,
  { messages, maxOutputTokens, json }: ChatRequest,
  dialect: ChatDialect,
): ChatCompletionCreateParamsStreaming {
  return {
    model,
    messages: [...messages],
    stream: true,
    [dialect.outputLimit]: maxOutputTokens,
    ...(dialect.temperature && { temperature: 0 }),
    ...(dialect.streamOptions && { stream_options: { include_usage: true } }),
    ...responseFormat(json, dialect.format),
  };
}

function responseFormat(
  json: ChatRequest['json'],
  format: ChatDialect['format'],
): Pick<ChatCompletionCreateParamsStreaming, 'response_format'> {
  if (json === null || format === 'none') return {};
  if (format === 'json_object') return { response_format: { type: 'json_object' } };
  const { name, schema } = json;
  return { response_format: { type: 'json_schema', json_schema: { name, schema, strict: true } } };
}

/**
 * What to try after a refusal, if it is one that complains of something that may be left out or named
 * otherwise. Each step leads to less, so that there are at most five.
 * @param error what the client threw.
 * @returns null if the refusal is about something else.
 */
export function nextDialect(error: unknown, request: ChatRequest, spoken: ChatDialect): ChatDialect | null {
  const complaint = complaintOf(error);
  if (complaint === null) return null;
  if (
    request.json !== null &&
    spoken.format !== 'none' &&
    /response_format|json_(?:schema|object)/.test(complaint)
  ) {
    return { ...spoken, format: spoken.format === 'json_schema' ? 'json_object' : 'none' };
  }
  if (!refusesOption.test(complaint)) return null;
  if (!spoken.limitSettled && complaint.includes(spoken.outputLimit)) {
    const outputLimit = spoken.outputLimit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    return { ...spoken, outputLimit, limitSettled: true };
  }
  if (spoken.temperature && complaint.includes('temperature')) return { ...spoken, temperature: false };
  const ofStream = /stream_options|include_usage/.test(complaint);
  return spoken.streamOptions && ofStream ? { ...spoken, streamOptions: false } : null;
}

/** As OpenAI, Pydantic (vLLM and other Python servers) and Go servers put it; not "is too large". */
const refusesOption =
  /unsupported|not support|unrecognized|unknown|unexpected|extra inputs|not permitted|not allowed|deprecated/i;

/** What a refusal says, with the option it names; null for what is no refusal of the request's form. */
function complaintOf(error: unknown): string | null {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return null;
  return `${error.param ?? ''} ${readProblem(error.error).message ?? ''}`;
}
