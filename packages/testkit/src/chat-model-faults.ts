import type { ChatDelta, ChatModel, ChatRequest, ErrorCode } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerFaultCases, providersReason, shownBy, statusFault } from './provider-fault-cases.ts';
import type { FakeChat } from './providers/openai-chat.ts';
import type { ScriptedStream } from './providers/openai-chat-stream.ts';
import type { ProviderServer } from './providers/provider-server.ts';

/** A fake provider that chats. */
export type ChatServer = ProviderServer & { readonly chat: FakeChat };

export interface ChatModelFaultsOptions<Server extends ChatServer> {
  start(): Promise<Server>;
  /** @param timeoutMs for the first and for each next piece. */
  open(server: Server, options: { readonly apiKey: string; readonly timeoutMs: number }): ChatModel;
}

const apiKey = 'secret-key-0123456789abcdef';
const request: ChatRequest = {
  messages: [{ role: 'user', content: 'a confidential question of the customer' }],
  maxOutputTokens: 100,
  json: null,
};
const anyTime = 60_000;
/** For pieces that do not come: nothing has to happen in it. */
const noTime = 50;

interface StreamCase {
  readonly name: string;
  readonly stream: ScriptedStream;
  readonly code: ErrorCode;
  readonly timeoutMs?: number;
}

const begun = ['Press ', 'reset'];
const streamCases: readonly StreamCase[] = [
  { name: 'a connection that is cut', stream: { deltas: begun, end: 'cut' }, code: 'unavailable' },
  { name: 'half an event', stream: { deltas: begun, end: 'truncated' }, code: 'unavailable' },
  { name: 'an end without its reason', stream: { deltas: begun, end: 'done' }, code: 'unavailable' },
  { name: 'an event with an error', stream: { deltas: begun, end: 'error' }, code: 'unavailable' },
  {
    name: 'a stream that goes silent',
    stream: { deltas: begun, end: 'stall' },
    code: 'deadline_exceeded',
    timeoutMs: noTime,
  },
];

/**
 * What every chat model behind a network guarantees when its provider fails: the right code, one request, no
 * secrets in the error, and a next call that works.
 */
export function describeChatModelFaults<Server extends ChatServer>(
  name: string,
  options: ChatModelFaultsOptions<Server>,
): void {
  describe(`chat model faults ${name}`, () => {
    let server: Server;
    beforeAll(async () => {
      server = await options.start();
    });
    afterAll(() => server.close());

    const open = (timeoutMs = anyTime) => options.open(server, { apiKey, timeoutMs });

    /** Fails one chat and checks what holds for every failure. */
    const failOnce = async (plant: () => void, timeoutMs?: number) => {
      const model = open(timeoutMs);
      plant();
      const before = server.requestCount;
      const { seen, error } = await read(model);
      expect(server.requestCount, 'requests for one call').toBe(before + 1);
      expect(shownBy(error)).not.toMatch(/secret-key|confidential/);
      expect((await read(open())).seen.at(-1)).toEqual({ type: 'end', reason: 'stop' });
      return { seen, error };
    };

    it.each(providerFaultCases)(
      'makes one request, and of $name $code',
      async ({ fault, code, timeoutMs }) => {
        const { seen, error } = await failOnce(() => server.failNext(fault), timeoutMs);
        expect(error).toMatchObject({ name: 'AppError', code, retryAfterMs: null });
        const gaveText = seen.some(({ type }) => type === 'delta');
        const claimed = seen.some(({ type }) => type === 'usage');
        expect(claimed, 'usage where the model said something, and only there').toBe(gaveText);
      },
    );

    it.each(streamCases)(
      'gives what came before $name, then fails as $code',
      async ({ stream, code, timeoutMs }) => {
        const { seen, error } = await failOnce(() => server.chat.streamNext(stream), timeoutMs);
        expect(error).toMatchObject({ name: 'AppError', code });
        expect(seen.flatMap((delta) => (delta.type === 'delta' ? [delta.text] : []))).toEqual(begun);
        const { usage } = seen.find((delta) => delta.type === 'usage') ?? {};
        expect(usage?.inputTokens, 'what it took is told').toBeGreaterThan(0);
        expect(usage?.outputTokens).toBeGreaterThan(0);
        expect(seen.some(({ type }) => type === 'end')).toBe(false);
      },
    );

    it('hands on how long a 429 asks to wait', async () => {
      const refusal = statusFault(429, { headers: { 'retry-after': '7' } });
      const { error } = await failOnce(() => server.failNext(refusal));
      expect(error).toMatchObject({ code: 'resource_exhausted', retryAfterMs: 7_000 });
    });

    it('quotes the reason that the provider gives, without key or messages', async () => {
      for (const status of [400, 404, 413, 500]) {
        const { error } = await failOnce(() => server.failNext(statusFault(status)));
        expect(error).toMatchObject({ message: expect.stringContaining(providersReason) });
        const message = `No good: ${apiKey} with ${request.messages[0]?.content}`;
        await failOnce(() => server.failNext(statusFault(status, { message })));
      }
    });

    it('ends the call of the provider when it is canceled before the answer begins', async () => {
      server.failNext({ kind: 'hang' });
      const controller = new AbortController();
      const arriving = server.nextRequest();
      const reading = read(open(), controller.signal);
      const { outcome } = await arriving;
      controller.abort();
      expect((await reading).error).toMatchObject({ code: 'canceled' });
      expect(await outcome).toBe('closed');
    });

    it('says that an endpoint is out of reach', async () => {
      const gone = await options.start();
      const model = options.open(gone, { apiKey, timeoutMs: anyTime });
      await gone.close();
      const { error } = await read(model);
      expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') });
    });
  });
}

async function read(
  model: ChatModel,
  signal = new AbortController().signal,
): Promise<{ seen: ChatDelta[]; error: unknown }> {
  const seen: ChatDelta[] = [];
  try {
    for await (const delta of model.chat(request, { signal })) seen.push(delta);
    return { seen, error: null };
  } catch (error) {
    return { seen, error };
  }
}
