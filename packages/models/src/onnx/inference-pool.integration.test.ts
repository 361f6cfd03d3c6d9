import { setTimeout as wait } from 'node:timers/promises';
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

const { signal } = new AbortController();
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

  it('has no question wait for a worker to load its model, and one more load it where questions wait in line', async () => {
    open();
    const [first = 0] = await answersTo(['how? '.repeat(1_000)]);
    expect(await answersTo(['how?', 'what?', 'when?'])).toEqual([first, first, first]);
    const line = Array.from({ length: 30 }, () => 'how? '.repeat(20));
    expect(new Set(await answersTo(line))).toEqual(new Set([first]));
    await expect.poll(async () => new Set(await answersTo(line)).size).toBe(3);
  });

  describe('where documents keep all workers busy', () => {
    const many = Array.from({ length: 20 }, () => 'a passage '.repeat(100));
    /** @returns the workers that are busy. */
    const busyWith = async (texts: readonly string[]) => {
      const { logits } = await pool.call({ kind: 'score', query: 'q', passages: texts }, signal);
      pool.call({ kind: 'embed', texts, purpose: 'document', tokens: 'none' }, signal).catch(() => {});
      return new Set(logits);
    };
    const answeredBy = async () => (await answersTo(['how?']))[0] ?? 0;

    it('questions are answered by one of their own as soon as it is there, and until then by the others', async () => {
      open();
      const busy = await busyWith(many);
      expect(busy).toContain(await answeredBy());
      await expect.poll(async () => busy.has(await answeredBy())).toBe(false);
      expect(busy).not.toContain(await answeredBy());
    });

    it('questions are answered by these where there is no memory for another copy', async () => {
      open(false);
      const busy = await busyWith(many);
      for (let count = 0; count < 5; count += 1) {
        expect(busy).toContain(await answeredBy());
        await wait(20);
      }
    });
  });
});

function open(hasSpare = true): void {
  pool = createInferencePool(setup, { workers: 3, threadsPerWorker: 1, hasSpare }, silentLogger, entry);
}

/** How many of them score the passages. */
async function workersOf(passages: readonly string[]): Promise<number> {
  const { logits } = await pool.call({ kind: 'score', query: 'q', passages }, signal);
  expect(logits).toHaveLength(passages.length);
  return new Set(logits).size;
}

/** The workers that answer questions which are asked at once. */
async function answersTo(questions: readonly string[]): Promise<readonly number[]> {
  return await Promise.all(
    questions.map(async (question) => {
      const request = { kind: 'embed', texts: [question], purpose: 'query', tokens: 'none' } as const;
      return (await pool.call(request, signal)).vectors[0] ?? 0;
    }),
  );
}
