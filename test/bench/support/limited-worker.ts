/**
 * A worker process that makes bulk calls to a provider as fast as the shared limits allow: from the first message
 * of its parent to the second. Forked by the limiter's bench and by its test; its argument is `LimitedWorkerOptions`.
 */
import { once } from 'node:events';
import { AppError, type RateLimits, silentLogger } from '@winnow/core';
import { createRedisRateLimitState } from '@winnow/jobs';
import { createMemoryRateLimitState, createProviderCalls, type ProviderAnswer } from '@winnow/models';

export interface LimitedWorkerOptions {
  readonly baseUrl: string;
  /** Null: limits of this process alone. */
  readonly redisUrl: string | null;
  readonly prefix: string;
  readonly windowMs: number;
  readonly limits: RateLimits;
  /** Calls that are wanted at any moment. */
  readonly parallel: number;
  /** Each call takes between half of and one and a half times as many. */
  readonly tokensPerCall: number;
}

/** What it tells its parent at the end. */
export interface LimitedWorkerReport {
  /** Calls that were not made, because the wait was too long. */
  readonly putOff: number;
}

const options: LimitedWorkerOptions = JSON.parse(process.argv[2] ?? '{}');
const { redisUrl, prefix, windowMs, limits } = options;
const state =
  redisUrl === null
    ? createMemoryRateLimitState({ windowMs })
    : createRedisRateLimitState({ redisUrl, prefix, windowMs, log: silentLogger });
const calls = createProviderCalls({ provider: 'fake', key: 'fake', state, limits, log: silentLogger });
const stop = new AbortController();
let putOff = 0;

process.once('disconnect', () => process.exit());
process.send?.('ready');
await once(process, 'message');
process.once('message', () => stop.abort());
await Promise.all(Array.from({ length: options.parallel }, callUntilStopped));
await state.close();
const report: LimitedWorkerReport = { putOff };
process.send?.(report, () => process.disconnect());

async function callUntilStopped(): Promise<void> {
  const { signal } = stop;
  while (!signal.aborted) {
    const tokens = Math.round(options.tokensPerCall * (0.5 + Math.random()));
    try {
      await calls.run({ tokens, priority: 'bulk', signal }, () => call(tokens, signal));
    } catch (thrown) {
      const { code, retryAfterMs } = AppError.from(thrown);
      if (signal.aborted) return;
      if (code !== 'resource_exhausted') throw thrown;
      putOff += 1;
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs ?? 1_000));
    }
  }
}

async function call(tokens: number, signal: AbortSignal): Promise<ProviderAnswer<null>> {
  const response = await fetch(`${options.baseUrl}/call`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tokens }),
    signal,
  });
  await response.arrayBuffer();
  if (response.ok) return { value: null, tokens, headers: response.headers };
  const wait = response.headers.get('retry-after-ms');
  throw new AppError('resource_exhausted', `status ${response.status}`, {
    ...(wait !== null && { retryAfterMs: Number(wait) }),
  });
}
