import { silentLogger } from '@winnow/core';
import { createRedisRateLimitState } from '@winnow/jobs';
import { createProviderCalls } from '@winnow/models';
import { createOpenAiEmbedder } from '@winnow/models/openai';
import { fullestWindow, limitCalls, redisUrl, startOpenAiServer, uniquePrefix } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startLimitedProvider, startLimitedWorkers } from '../bench/support/limited-provider.ts';
import type { LimitedWorkerOptions } from '../bench/support/limited-worker.ts';
import { until } from '../harness/until.ts';

const unlimited = { requestsPerMinute: null, tokensPerMinute: null };
const windowMs = 5_000;
/** Shorter than what the workers keep to, so that a machine which stands still for a second fails nothing. */
const countedMs = 4_000;
const one = () => 1;

/** A server that refuses nothing, and counts. */
const boundless = { kind: 'sliding', requests: 1e9, tokens: 1e9, windowMs, headers: 'none' } as const;

describe('five workers over one Redis', () => {
  test('together never exceed the limits that the user set', async () => {
    const { server, arrived } = await startLimitedProvider(boundless);
    onTestFinished(() => server.close());
    const limits = { requestsPerMinute: 100, tokensPerMinute: 50_000 };
    await startWorkers({ baseUrl: server.origin, limits, tokensPerCall: 100 });
    await arrivals(arrived, 170);
    expect(fullestWindow(arrived, countedMs, one)).toBeLessThanOrEqual(100);
  });

  test('together never exceed the tokens that the provider told one of them, and it refuses none', async () => {
    const limits = { kind: 'sliding', requests: 100_000, tokens: 100_000, headers: 'openai' } as const;
    const { server, arrived, admitted } = await startLimitedProvider({ ...limits, windowMs: countedMs });
    onTestFinished(() => server.close());
    await startWorkers({ baseUrl: server.origin, limits: unlimited, tokensPerCall: 1_000 });
    await arrivals(arrived, 170);
    expect(fullestWindow(arrived, countedMs, ({ tokens }) => tokens)).toBeLessThanOrEqual(100_000);
    expect(admitted.length).toBe(arrived.length);
  });
});

test('interactive calls of one process go before the bulk calls that another one has waiting', async () => {
  const { admit, arrived } = limitCalls(boundless);
  const server = await startOpenAiServer({ admit });
  onTestFinished(() => server.close());
  const prefix = uniquePrefix();
  const embedderOf = (priority: 'bulk' | 'interactive') => {
    const state = createRedisRateLimitState({ redisUrl: redisUrl(), prefix, windowMs, log: silentLogger });
    onTestFinished(() => state.close());
    const limits = { ...unlimited, requestsPerMinute: 100 };
    const calls = createProviderCalls({ provider: 'openai', key: 'key', state, limits, log: silentLogger });
    const { baseUrl } = server;
    const model = { model: 'test', dimensions: 64, maxTokens: 512 };
    return createOpenAiEmbedder({ apiKey: '', baseUrl, ...model, calls, priority, log: silentLogger });
  };
  const stop = new AbortController();
  const ingesting = embedderOf('bulk');
  const bulk = Array.from({ length: 400 }, (_, n) =>
    ingesting.embed([`passage ${n}`], { purpose: 'document', signal: stop.signal }).catch(() => null),
  );
  await arrivals(arrived, 120);

  const asking = embedderOf('interactive');
  const overtaken: number[] = [];
  for (let n = 0; n < 10; n++) {
    const before = arrived.length;
    await asking.embed([`question ${n}`], { purpose: 'query', signal: AbortSignal.timeout(60_000) });
    overtaken.push(arrived.length - before - 1);
  }
  stop.abort();
  await Promise.all(bulk);
  // Those under way, and what is paced while the first of ten waits for the reserve to be made.
  expect(Math.max(...overtaken.slice(1))).toBeLessThanOrEqual(8);
});

async function arrivals(arrived: readonly unknown[], count: number): Promise<void> {
  await until(
    `${count} calls have arrived`,
    async () => arrived.length,
    (length) => length >= count,
  );
}

async function startWorkers(
  options: Pick<LimitedWorkerOptions, 'baseUrl' | 'limits' | 'tokensPerCall'>,
): Promise<void> {
  const shared = { redisUrl: redisUrl(), prefix: uniquePrefix(), windowMs, parallel: 8 };
  const workers = await startLimitedWorkers(5, { ...shared, ...options });
  onTestFinished(() => {
    for (const worker of workers) worker.kill('SIGKILL');
  });
}
