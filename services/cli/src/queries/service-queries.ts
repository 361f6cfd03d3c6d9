import { AppError, errorCodes } from '@winnow/core';
import type { AnswerEvent, Engine, SearchResponse } from '@winnow/engine';
import { EventSourceParserStream } from 'eventsource-parser/stream';

/** What the service would not do, or nobody answered: the command does it itself, and finds out what is wrong. */
export class NotServed extends Error {}

/**
 * Asks a service what the engine would be asked.
 * @param apiKey null where it wants none.
 * @throws NotServed before anything was answered; AppError what went wrong later, or what a service has no room for.
 */
export function serviceQueries(address: URL, apiKey: string | null): Engine['queries'] {
  const post = async (path: string, body: object, accept: string, signal: AbortSignal): Promise<Response> => {
    const headers = {
      accept,
      'content-type': 'application/json',
      ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
    };
    let reply: Response;
    try {
      reply = await fetch(new URL(path, address), {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal,
      });
    } catch (thrown) {
      if (signal.aborted) throw AppError.from(signal.reason);
      throw new NotServed('no answer', { cause: thrown });
    }
    if (reply.ok) return reply;
    const problem: unknown = await reply.json().catch(() => null);
    if (reply.status < 500) throw new NotServed(`status ${reply.status}`);
    throw errorOf(problem);
  };

  return {
    async search(corpus, request, signal) {
      const reply = await post('/v1/search', { ...request, corpus }, 'application/json', signal);
      const found: unknown = await reply.json();
      if (isSearchResponse(found)) return found;
      throw new NotServed('an answer in another form');
    },
    async *answer(corpus, request, signal) {
      const reply = await post('/v1/answer', { ...request, corpus }, 'text/event-stream', signal);
      if (reply.body === null) throw new NotServed('an answer without a body');
      const events = reply.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      for await (const { event, data } of events) {
        const value: unknown = JSON.parse(data);
        if (event === 'error') throw errorOf(value);
        if (isAnswerEvent(value)) yield value;
      }
    },
  };
}

/** What the service says of an error, as it would have been thrown here. */
function errorOf(body: unknown): AppError {
  const { code, message } = Object(Object(body).error);
  const known = errorCodes.find((one) => one === code) ?? 'unavailable';
  return new AppError(known, typeof message === 'string' ? message : 'the service failed');
}

function isSearchResponse(value: unknown): value is SearchResponse {
  return Array.isArray(Object(value).hits) && Array.isArray(Object(value).notes);
}

/** Events that a newer service has besides are passed over. */
function isAnswerEvent(value: unknown): value is AnswerEvent {
  return ['sources-ready', 'answer-delta', 'answer-end'].includes(Object(value).type);
}
