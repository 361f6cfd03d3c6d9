import type { ChatDelta, ChatModel, ChatRequest } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

export interface OpenedChatModel {
  readonly model: ChatModel;
  /** How the call that was begun last ended for its provider: `closed` if it was stopped before its end. */
  lastCall(): Promise<'answered' | 'closed'>;
  /** After the model itself is closed. */
  close(): Promise<void>;
}

export interface ChatModelSuiteOptions {
  /** Whether the model or its server can be bound to a schema. */
  readonly structured: boolean;
}

const longTask: ChatRequest = {
  messages: [{ role: 'user', content: 'Count from 1 to 1000: 1, 2, 3,' }],
  maxOutputTokens: 1_000,
  json: null,
};
const shortTask: ChatRequest = { ...longTask, maxOutputTokens: 12 };
const never = new AbortController().signal;

/**
 * What every chat model guarantees, whatever is behind it. The model has to have a lot to say to a request
 * to count to a thousand.
 */
export function describeChatModel(
  name: string,
  open: () => Promise<OpenedChatModel>,
  options: ChatModelSuiteOptions,
): void {
  describe(`chat model ${name}`, () => {
    let opened: OpenedChatModel;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened.model.close();
      await opened.close();
    });
    const chat = (request: ChatRequest, signal = never) => opened.model.chat(request, { signal });

    it('names itself and its limits', () => {
      expect(opened.model.modelId).not.toBe('');
      expect(opened.model.contextTokens).toBeGreaterThanOrEqual(512);
    });

    it('counts the tokens of any text, more for more', () => {
      const { countTokens } = opened.model;
      expect(countTokens('')).toBe(0);
      for (const text of ['x', 'Bulk indexing writes by the thousand.', '向量检索', '🚀', '<end_of_turn>']) {
        expect(countTokens(text)).toBeGreaterThan(0);
        expect(countTokens(`${text} ${text}`)).toBeGreaterThan(countTokens(text));
      }
    });

    it('answers piece by piece, then says what it took, then ends, once', async () => {
      const deltas = await Array.fromAsync(chat(shortTask));
      const kinds = deltas.map(({ type }) => type);
      expect(kinds.filter((kind) => kind === 'delta').length).toBeGreaterThan(1);
      expect(kinds.slice(-2)).toEqual(['usage', 'end']);
      expect(new Set(kinds.slice(0, -2))).toEqual(new Set(['delta']));
    });

    it('counts one call, and the tokens of prompt and answer', async () => {
      const few = usageOf(await Array.fromAsync(chat(shortTask)));
      expect(few).toMatchObject({ calls: 1, searches: 0, truncated: 0 });
      expect(few?.inputTokens).toBeGreaterThan(5);
      expect(few?.outputTokens).toBeGreaterThan(0);
      expect(few?.outputTokens).toBeLessThanOrEqual(shortTask.maxOutputTokens);
      const more = [{ role: 'user', content: 'One, two, three. '.repeat(50) }] as const;
      const many = usageOf(await Array.fromAsync(chat({ ...shortTask, messages: more })));
      expect(many?.inputTokens).toBeGreaterThan((few?.inputTokens ?? 0) + 100);
    });

    it('stops at the limit of the answer, and says so', async () => {
      const deltas = await Array.fromAsync(chat(shortTask));
      expect(deltas.at(-1)).toEqual({ type: 'end', reason: 'length' });
      const longer = await Array.fromAsync(chat({ ...shortTask, maxOutputTokens: 40 }));
      expect(textOf(longer).length).toBeGreaterThan(textOf(deltas).length);
    });

    it('gives the same answer to the same chat, whatever was asked before', async () => {
      const ask = async (content: string) =>
        textOf(await Array.fromAsync(chat({ ...shortTask, messages: [{ role: 'user', content }] })));
      const first = await ask('Tell me a story of a fox.');
      await ask('What are the colours of the rainbow?');
      expect(await ask('Tell me a story of a fox.')).toBe(first);
    });

    it('takes a system message and earlier turns', async () => {
      const messages = [
        { role: 'system', content: 'You count. 你在数数。' },
        { role: 'user', content: 'Count from 1 to 3.' },
        { role: 'assistant', content: '1, 2, 3.' },
        ...longTask.messages,
      ] as const;
      const deltas = await Array.fromAsync(chat({ ...shortTask, messages }));
      expect(textOf(deltas)).not.toBe('');
      expect(deltas.at(-1)?.type).toBe('end');
    });

    it.runIf(options.structured)('answers in JSON of a schema', async () => {
      const deltas = await Array.fromAsync(chat(jsonTask));
      const value: unknown = JSON.parse(textOf(deltas));
      expect(value).toEqual({ grade: expect.any(Number), reason: expect.any(String) });
      expect(deltas.at(-1)).toEqual({ type: 'end', reason: 'stop' });
    });

    it('makes no call when it is canceled before', async () => {
      const reading = Array.fromAsync(chat(shortTask, AbortSignal.abort()));
      await expect(reading).rejects.toMatchObject({ name: 'AppError', code: 'canceled' });
    });

    it('ends the call when it is canceled while it answers', async () => {
      const controller = new AbortController();
      const reading = (async () => {
        for await (const { type } of chat(longTask, controller.signal))
          if (type === 'delta') controller.abort();
      })();
      await expect(reading).rejects.toMatchObject({ name: 'AppError', code: 'canceled' });
      expect(await opened.lastCall()).toBe('closed');
    });

    it('takes a deadline that passes for one', async () => {
      const controller = new AbortController();
      const reading = (async () => {
        for await (const { type } of chat(longTask, controller.signal)) {
          if (type === 'delta') controller.abort(new DOMException('too late', 'TimeoutError'));
        }
      })();
      await expect(reading).rejects.toMatchObject({ name: 'AppError', code: 'deadline_exceeded' });
    });

    it('says what it took until it was canceled', async () => {
      const controller = new AbortController();
      const seen: ChatDelta[] = [];
      const reading = (async () => {
        for await (const delta of chat(longTask, controller.signal)) {
          seen.push(delta);
          controller.abort();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'canceled' });
      expect(usageOf(seen)?.inputTokens).toBeGreaterThan(5);
      expect(usageOf(seen)?.outputTokens).toBeGreaterThan(0);
      expect(seen.at(-1)?.type).toBe('usage');
    });

    it('ends the call when the reader stops', async () => {
      for await (const { type } of chat(longTask)) if (type === 'delta') break;
      expect(await opened.lastCall()).toBe('closed');
    });

    it('answers two chats at once, each its own', async () => {
      const alone = textOf(await Array.fromAsync(chat(shortTask)));
      const other = { ...shortTask, maxOutputTokens: 6 };
      const [long, short] = await Promise.all([shortTask, other].map((task) => Array.fromAsync(chat(task))));
      expect(textOf(long ?? [])).toBe(alone);
      expect(usageOf(short ?? [])?.outputTokens).toBeLessThanOrEqual(6);
      expect(short?.at(-1)?.type).toBe('end');
    });
  });
}

const jsonTask: ChatRequest = {
  messages: [
    {
      role: 'user',
      content: 'Grade from 0 to 3, in JSON with "grade" and "reason": does "Dogs bark." tell of dogs?',
    },
  ],
  maxOutputTokens: 200,
  json: {
    name: 'grade',
    schema: {
      type: 'object',
      properties: {
        grade: { type: 'integer', enum: [0, 1, 2, 3] },
        reason: { type: 'string', maxLength: 80 },
      },
      required: ['grade', 'reason'],
      additionalProperties: false,
    },
  },
};

function textOf(deltas: readonly ChatDelta[]): string {
  return deltas.map((delta) => (delta.type === 'delta' ? delta.text : '')).join('');
}

function usageOf(deltas: readonly ChatDelta[]) {
  const found = deltas.find((delta) => delta.type === 'usage');
  return found?.type === 'usage' ? found.usage : undefined;
}
