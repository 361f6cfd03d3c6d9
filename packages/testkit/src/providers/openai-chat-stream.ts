import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderFault } from './provider-fault.ts';
import { drip } from './provider-reply.ts';

/** A delta as the wire has it; a text is one with `content`. */
export type WireDelta = string | Readonly<Record<string, unknown>>;

/** A stream that a test writes itself. */
export interface ScriptedStream {
  readonly deltas: readonly WireDelta[];
  /**
   * What follows the deltas:
   * - `done`: a proper end
   * - `cut`: the connection dies
   * - `stall`: it stays open, and nothing comes
   * - `truncated`: half an event, and a proper end of the body
   * - `error`: an event with an error of the API, and the end of the body
   */
  readonly end: 'done' | 'cut' | 'stall' | 'truncated' | 'error';
  /** Of a proper end: `length`, `content_filter`; null by default, as if the server forgot it. */
  readonly finishReason?: string | null;
}

/** A stream with what belongs to its request. */
export interface ChatStream extends ScriptedStream {
  readonly model: string;
  readonly finishReason: string | null;
  /** Null where the request does not ask for it. */
  readonly usage: Readonly<Record<string, number>> | null;
  /** Between two pieces; 0: all at once. */
  readonly pieceEveryMs: number;
}

/** @see https://platform.openai.com/docs/api-reference/chat-streaming */
export async function sendChatStream(
  response: ServerResponse,
  stream: ChatStream,
  fault: ProviderFault | null,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const events = eventsOf(stream);
  if (fault?.kind === 'drip') return drip(response, Buffer.from(events.join('')));
  if (fault?.kind === 'changed') return void response.end(String(fault.change(events.join(''))));
  if (fault?.kind === 'truncated') return cut(response, events.slice(0, events.length / 2));
  if (stream.end === 'cut') return cut(response, events);
  for (const event of events) {
    if (response.destroyed) return;
    response.write(event);
    if (stream.pieceEveryMs > 0) await sleep(stream.pieceEveryMs);
  }
  if (stream.end !== 'stall') response.end();
}

/** Once what was written has gone out, so that the client gets it first. */
function cut(response: ServerResponse, events: readonly string[]): void {
  response.write(`${events.join('')}: cut\n\n`, () => response.destroy());
}

function eventsOf(stream: ChatStream): readonly string[] {
  const deltas = stream.deltas.map((delta) => (typeof delta === 'string' ? { content: delta } : delta));
  const opening = { role: 'assistant', content: '' };
  const pieces = [opening, ...deltas].map((delta) => eventOf(stream, [choiceOf(delta, null)]));
  if (stream.end === 'done') return [...pieces, ...endOf(stream)];
  if (stream.end === 'truncated') return [...pieces, 'data: {"id":"chatcmpl-1","choices":[{"del'];
  return stream.end === 'error' ? [...pieces, errorEvent] : pieces;
}

function endOf(stream: ChatStream): readonly string[] {
  const last = stream.finishReason === null ? [] : [eventOf(stream, [choiceOf({}, stream.finishReason)])];
  const usage = stream.usage === null ? [] : [eventOf(stream, [], stream.usage)];
  return [...last, ...usage, 'data: [DONE]\n\n'];
}

function choiceOf(delta: object, finishReason: string | null): unknown {
  return { index: 0, delta, logprobs: null, finish_reason: finishReason };
}

function eventOf({ model, usage: asked }: ChatStream, choices: unknown[], usage: unknown = null): string {
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model, choices };
  return `data: ${JSON.stringify(asked === null ? chunk : { ...chunk, usage })}\n\n`;
}

const errorEvent = `data: ${JSON.stringify({
  error: {
    message: 'The server had an error while processing your request.',
    type: 'server_error',
    param: null,
    code: null,
  },
})}\n\n`;
