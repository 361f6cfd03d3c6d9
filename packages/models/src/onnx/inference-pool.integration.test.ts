import { silentLogger } from '@winnow/core';
import { afterEach, describe, expect, it } from 'vitest';
import { localModel } from '../registry/local-model.ts';
import type { InferenceClient } from './inference-client.ts';
import { createInferencePool } from './inference-pool.ts';

const setup = {
  row: localModel('rerank', 'ms-marco-MiniLM-L-6-v2'),
  model: '',
  tokenizer: '',
  executionProviders: ['cpu'],
};
/** A thread that gives each passage the number of its own as its score. */
const entry = new URL('../../fixtures/counting-worker.mjs', import.meta.url);

let pool: InferenceClient;
afterEach(() => pool.close());

describe('createInferencePool', () => {
  it('starts one worker for the few texts of a command, and all for many texts at once', async () => {
    open();
    expect(await workersOf(Array.from({ length: 20 }, () => 'a passage'))).toBe(1);
    expect(await workersOf(['another'])).toBe(1);
    expect(await workersOf(Array.from({ length: 20 }, () => 'a passage '.repeat(100)))).toBe(3);
  });

  it('starts all for few texts at a time, where they are many in the end', async () => {
    open();
    for (let calls = 0; calls < 10; calls += 1) expect(await workersOf(['word '.repeat(50)])).toBe(1);
    for (let calls = 0; calls < 10; calls += 1) await workersOf(['word '.repeat(50)]);
    expect(await workersOf(['one', 'two', 'three'])).toBe(3);
  });
});

function open(): void {
  pool = createInferencePool(setup, { workers: 3, threadsPerWorker: 1 }, silentLogger, entry);
}

/** How many of them score the passages. */
async function workersOf(passages: readonly string[]): Promise<number> {
  const { logits } = await pool.call({ kind: 'score', query: 'q', passages }, new AbortController().signal);
  expect(logits).toHaveLength(passages.length);
  return new Set(logits).size;
}
