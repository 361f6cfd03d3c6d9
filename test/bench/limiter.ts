/**
 * The shared limiter against providers that keep to a limit of tokens, each in another way.
 *
 *     REDIS_URL=redis://… node test/bench/limiter.ts [seconds a window] [windows] [only: sliding|fixed|bucket]
 *
 * For one worker (limits in its process) and five worker processes (limits in Redis), for providers that say
 * their limits in headers and such that say nothing, prints what got through ÷ the limit, the share of calls that
 * were refused, and the most tokens that arrived in any window ÷ the limit, refused ones included. Windows of ten
 * seconds unless told otherwise, on both sides; everything else is as in production. `node infra/dev/up.ts`
 * starts a Redis and prints its address.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type ArrivedCall, fullestWindow, type ServerLimits } from '@winnow/testkit';
import { machine } from './support/bench.ts';
import { endOf, startLimitedProvider, startLimitedWorkers } from './support/limited-provider.ts';

const windowMs = Number(process.argv[2] ?? 10) * 1_000;
const windows = Number(process.argv[3] ?? 4);
const only = process.argv[4];
const redisUrl = process.env.REDIS_URL;
if (redisUrl === undefined)
  throw new Error('REDIS_URL is not set: node infra/dev/up.ts starts a Redis and prints it');

/** A window's worth; a thousand calls of a thousand tokens. */
const tokens = 1_000_000;
const tokensPerCall = 1_000;
/** Roughly what an embeddings call takes. */
const latencyMs = 100;
const kinds = (['sliding', 'fixed', 'bucket'] as const).filter((kind) => only === undefined || kind === only);
const sizeOf = (call: ArrivedCall) => call.tokens;

console.log(`${machine}; windows of ${windowMs / 1_000} s, ${windows} of them`);
console.log('provider         workers   through ÷ N   refused   fullest window ÷ N   put off');
for (const kind of kinds) {
  for (const headers of ['openai', 'none'] as const) {
    for (const workers of [1, 5]) await measure({ kind, headers }, workers);
  }
}

async function measure(provider: Pick<ServerLimits, 'kind' | 'headers'>, workers: number): Promise<void> {
  const limits: ServerLimits = { ...provider, requests: 100_000, tokens, windowMs };
  const { server, admitted, arrived } = await startLimitedProvider(limits, latencyMs);
  const prefix = `bench-${process.pid}-${provider.kind}-${provider.headers}-${workers}`;
  const processes = await startLimitedWorkers(workers, {
    baseUrl: server.origin,
    redisUrl: workers === 1 ? null : (redisUrl ?? null),
    prefix,
    windowMs,
    limits: { requestsPerMinute: null, tokensPerMinute: null },
    parallel: Math.ceil(40 / workers),
    tokensPerCall,
  });
  while (arrived.length === 0) await wait(10);
  await wait(windows * windowMs);
  const startMs = arrived[0]?.atMs ?? 0;
  const endMs = startMs + windows * windowMs;
  const [through, wanted] = [admitted, arrived].map((calls) => calls.filter(({ atMs }) => atMs < endMs));
  const fullest = fullestWindow(wanted ?? [], windowMs, sizeOf);
  const reports = await Promise.all(processes.map(endOf));
  await server.close();
  const sum = (through ?? []).reduce((total, call) => total + call.tokens, 0);
  const refused = 1 - (through?.length ?? 0) / (wanted?.length ?? 1);
  const putOff = reports.reduce((total, report) => total + report.putOff, 0);
  const name = `${provider.kind}, ${provider.headers === 'none' ? 'silent' : 'headers'}`;
  console.log(
    [
      name.padEnd(16),
      String(workers).padEnd(9),
      (sum / (tokens * windows)).toFixed(3).padEnd(13),
      `${(100 * refused).toFixed(2)} %`.padEnd(9),
      (fullest / tokens).toFixed(3).padEnd(20),
      String(putOff),
    ].join(' '),
  );
}
