import { EventEmitter, once } from 'node:events';
import { mkdtemp, open as openFile, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChatDelta, type ChatRequest, type LogFields, silentLogger } from '@winnow/core';
import { describeChatModel, smallLlm } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLlamaChatModel, type LlamaChatModelOptions } from './llama-chat-model.ts';

const { path, missing } = smallLlm();
const skipped = missing === null ? '' : ` (skipped: ${missing})`;
const never = new AbortController().signal;

/** The model, and how each of its chats ended inside, as its log tells. */
async function open(options: Partial<LlamaChatModelOptions> = {}) {
  const ends = new EventEmitter<{ end: [LogFields] }>();
  const debug = (fields: LogFields) => {
    if (fields.event === 'chat-ended') ends.emit('end', fields);
  };
  const log = { ...silentLogger, debug };
  const base = { modelId: 'gemma-3-270m', path: path ?? '', log, signal: never };
  const model = await createLlamaChatModel({ ...base, contextTokens: 1_024, ...options });
  return { model, ends, nextEnd: async () => (await once(ends, 'end'))[0] as LogFields };
}

const question: ChatRequest = {
  messages: [{ role: 'user', content: 'What is the capital of France?' }],
  maxOutputTokens: 24,
  json: null,
};
const usageOf = (deltas: readonly ChatDelta[]) =>
  deltas.flatMap((delta) => (delta.type === 'usage' ? [delta.usage] : []))[0];
const textOf = (deltas: readonly ChatDelta[]) =>
  deltas.map((delta) => (delta.type === 'delta' ? delta.text : '')).join('');

if (path === null) {
  describe.skip(`chat model gemma-3-270m${skipped}`, () => {});
} else {
  describeChatModel(
    'gemma-3-270m',
    async () => {
      const { model, ends } = await open();
      const all: Promise<LogFields>[] = [];
      const expectEnd = () => {
        all.push(once(ends, 'end').then(([fields]) => fields as LogFields));
      };
      return {
        model: {
          ...model,
          chat(request, options) {
            expectEnd();
            return model.chat(request, options);
          },
        },
        lastCall: async () => ((await all.at(-1))?.reason === 'broken off' ? 'closed' : 'answered'),
        close: async () => {},
      };
    },
    { structured: true },
  );
}

describe.skipIf(path === null)(`createLlamaChatModel${skipped}`, () => {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.model.close());
  const read = (request: ChatRequest, signal = never) =>
    Array.fromAsync(opened.model.chat(request, { signal }));

  it('knows what a base model of this size knows, and does not go on with a turn of its own', async () => {
    const deltas = await read(question);
    expect(textOf(deltas)).toMatch(/Paris/);
    expect(textOf(deltas)).not.toMatch(/User:/);
    expect(usageOf(deltas)?.outputTokens).toBeLessThan(question.maxOutputTokens);
    expect(deltas.at(-1)).toEqual({ type: 'end', reason: 'stop' });
  });

  it('begins every chat afresh', async () => {
    const { model } = await open();
    const ask = async (content: string) => {
      const request: ChatRequest = { ...question, messages: [{ role: 'user', content }] };
      return textOf(await Array.fromAsync(model.chat(request, { signal: never })));
    };
    const first = await ask('What are the colours of the rainbow?');
    await ask('Tell me a story of a fox.');
    expect(await ask('What are the colours of the rainbow?')).toBe(first);
    await model.close();
  });

  it('binds JSON to its schema, and to any JSON where it cannot make a grammar of one', async () => {
    const schema = { type: 'object', properties: { city: { enum: ['Rome', 'Paris'] } }, required: ['city'] };
    const bound = await read({ ...question, maxOutputTokens: 60, json: { name: 'city', schema } });
    expect(JSON.parse(textOf(bound))).toEqual({ city: expect.stringMatching(/^(Rome|Paris)$/) });
    const odd = { type: 'no such type' };
    const free = await read({ ...question, maxOutputTokens: 200, json: { name: 'odd', schema: odd } });
    expect(textOf(free)).toMatch(/^\s*[{["\dtfn-]/);
  });

  it('gives characters whole that take several tokens', async () => {
    const request = {
      ...question,
      messages: [{ role: 'user', content: '𠮷野家🚀🚀🚀 𠮷野家🚀🚀🚀 𠮷野家🚀' }] as const,
    };
    for (const delta of await read(request)) {
      if (delta.type === 'delta') expect(delta.text).not.toContain('\ufffd');
    }
  });

  it('refuses a chat that leaves no room for an answer', async () => {
    const content = 'word '.repeat(1_100);
    await expect(read({ ...question, messages: [{ role: 'user', content }] })).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('room for 1024'),
    });
  });

  it('says `length` at the end of its context', async () => {
    const content = 'word '.repeat(980);
    const deltas = await read({ ...question, messages: [{ role: 'user', content }], maxOutputTokens: 1_000 });
    expect(deltas.at(-1)).toEqual({ type: 'end', reason: 'length' });
    const { inputTokens = 0, outputTokens = 0 } = usageOf(deltas) ?? {};
    expect(inputTokens + outputTokens).toBe(1_024);
  });

  it('leaves the event loop to others while it reads and writes', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await read({ ...question, messages: [{ role: 'user', content: 'word '.repeat(900) }] });
    clearInterval(timer);
    // The prompt alone is 7 steps inside; a loop that waits for each would turn about as often.
    expect(turns).toBeGreaterThan(50);
  });

  it('ends in the middle of a long prompt when canceled', async () => {
    const controller = new AbortController();
    const ended = opened.nextEnd();
    const messages = [{ role: 'user', content: 'word '.repeat(980) }] as const;
    const reading = read({ ...question, messages }, controller.signal);
    setImmediate(() => controller.abort());
    await expect(reading).rejects.toMatchObject({ code: 'canceled' });
    const { inputTokens, outputTokens } = await ended;
    expect(outputTokens).toBe(0);
    expect(Number(inputTokens)).toBeLessThan(900);
  });

  it('lets a chat that waits for its turn be canceled at once, and never begins it', async () => {
    const ends: LogFields[] = [];
    const note = (fields: LogFields) => ends.push(fields);
    opened.ends.on('end', note);
    const first = read({ ...question, maxOutputTokens: 40 });
    const controller = new AbortController();
    const second = read(question, controller.signal);
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'canceled' });
    await expect(read(question, AbortSignal.abort())).rejects.toMatchObject({ code: 'canceled' });
    expect(ends).toEqual([]);
    expect((await first).at(-1)?.type).toBe('end');
    expect((await read(question)).at(-1)?.type).toBe('end');
    opened.ends.off('end', note);
    expect(ends).toHaveLength(2);
  });

  it('ends what is under way when it is closed, gives the memory back, and answers no more', async () => {
    const { model } = await open();
    const reading = Array.fromAsync(model.chat({ ...question, maxOutputTokens: 1_000 }, { signal: never }));
    const loaded = process.memoryUsage.rss();
    const closing = model.close();
    await expect(reading).rejects.toMatchObject({ code: 'canceled' });
    await closing;
    expect(loaded - process.memoryUsage.rss()).toBeGreaterThan(150_000_000);
    await expect(Array.fromAsync(model.chat(question, { signal: never }))).rejects.toMatchObject({
      code: 'canceled',
    });
  });

  it('refuses the beginning of a model file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'winnow-llama-'));
    const part = join(folder, 'part.gguf');
    await using file = await openFile(path ?? '');
    const { buffer } = await file.read(Buffer.alloc(20_000_000), 0, 20_000_000, 0);
    await writeFile(part, buffer);
    await expect(open({ path: part })).rejects.toMatchObject({ code: 'failed_precondition' });
    await rm(folder, { recursive: true });
  });

  it('can be ended while it loads', async () => {
    const signal = AbortSignal.abort();
    await expect(open({ signal })).rejects.toMatchObject({ code: 'canceled' });
  });
});

describe('createLlamaChatModel without a model', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winnow-llama-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('says what to install where node-llama-cpp is missing, in the release that is tested here', async () => {
    const manifest = new URL('../../node_modules/node-llama-cpp/package.json', import.meta.url);
    const { version } = JSON.parse(await readFile(manifest, 'utf8'));
    const name: string = 'node-llama-cpp-that-nobody-has';
    const file = join(folder, 'a.gguf');
    await writeFile(file, Buffer.from('4747554603000000'.padEnd(48, '0'), 'hex'));
    await expect(open({ path: file, importPackage: () => import(name) })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: `${file} needs node-llama-cpp, which is not installed: run 'npm install --global node-llama-cpp@${version}' where winnow was installed so, in its repository 'npx -y pnpm@12 --filter @winnow/models add --save-prod node-llama-cpp@${version}'`,
    });
  });

  it('says that a file is missing, or is no model', async () => {
    const absent = join(folder, 'absent.gguf');
    await expect(open({ path: absent })).rejects.toMatchObject({
      code: 'not_found',
      message: `there is no model file ${absent}`,
    });
    const broken = join(folder, 'broken.gguf');
    await writeFile(broken, 'GGUF, but not really a model at all');
    await expect(open({ path: broken })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: `${broken} is no GGUF model that can be read here`,
    });
  });
});
