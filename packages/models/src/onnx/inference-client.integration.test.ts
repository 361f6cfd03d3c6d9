import { silentLogger } from '@winnow/core';
import { afterEach, expect, it } from 'vitest';
import { localModel } from '../registry/local-model.ts';
import { createInferenceClient, type InferenceClient } from './inference-client.ts';
import { inferenceVersion } from './protocol.ts';

const setup = {
  version: inferenceVersion,
  row: localModel('rerank', 'ms-marco-MiniLM-L-6-v2'),
  model: '',
  tokenizer: '',
  threads: 1,
  executionProviders: ['cpu'],
};

/** A thread that gives each passage's length as its score, and dies of the passage `crash`. */
const entry = new URL('../../fixtures/crashing-worker.mjs', import.meta.url);

let client: InferenceClient;
afterEach(() => client.close());

const open = () => {
  client = createInferenceClient(setup, silentLogger, entry);
  return client;
};
const request = (...passages: string[]) => ({ kind: 'score' as const, query: 'q', passages });

it('fails all pending calls as retryable when its thread dies, and starts another for the next', async () => {
  const { signal } = new AbortController();
  const { call } = open();
  const pending = [call(request('hold'), signal), call(request('crash'), signal)];
  for (const outcome of pending) {
    await expect(outcome).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  }
  await expect(call(request('four'), signal)).resolves.toMatchObject({ logits: [4] });
});

it('tells the thread to drop a call whose signal is aborted', async () => {
  const controller = new AbortController();
  const { call } = open();
  const held = call(request('hold'), controller.signal);
  controller.abort();
  await expect(held).rejects.toMatchObject({ code: 'canceled' });
  // The thread answers `canceled` with the ids it was told to drop.
  const { logits } = await call(request('canceled'), new AbortController().signal);
  expect(logits).toEqual([1]);
});

it('loads no model where its thread is of another version, as after an update under the process', async () => {
  client = createInferenceClient({ ...setup, version: 0 }, silentLogger);
  await expect(client.call(request('four'), new AbortController().signal)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('start it again'),
  });
});

it('ends a call by its deadline', async () => {
  const { call } = open();
  await expect(call(request('hold'), AbortSignal.timeout(20))).rejects.toMatchObject({
    code: 'deadline_exceeded',
  });
});
