import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { limitCalls, type ServerLimits, startProviderServer } from '@winnow/testkit';
import type { LimitedWorkerOptions, LimitedWorkerReport } from './limited-worker.ts';

/** A provider that does nothing but keep to its limits: `POST /call` with `{ tokens }`. */
export async function startLimitedProvider(limits: ServerLimits, latencyMs = 0) {
  const { admit, admitted, arrived } = limitCalls(limits);
  const server = await startProviderServer({
    routes: [
      {
        method: 'POST',
        path: '/call',
        tokensOf: ({ body }) => Number(body?.tokens ?? 0),
        answer: () => ({ status: 200, body: {} }),
      },
    ],
    errorBody: ({ message }) => ({ message }),
    behaviour: { admit, ...(latencyMs > 0 && { latency: { perRequestMs: latencyMs, perTokenMs: 0 } }) },
  });
  return { server, admitted, arrived };
}

/** Workers that are there and begin together. */
export async function startLimitedWorkers(
  count: number,
  options: LimitedWorkerOptions,
): Promise<readonly ChildProcess[]> {
  const script = join(import.meta.dirname, 'limited-worker.ts');
  const workers = Array.from({ length: count }, () => fork(script, [JSON.stringify(options)]));
  const failed = async (worker: ChildProcess) => {
    const [code] = await once(worker, 'exit');
    throw new Error(`a worker ended with ${code} before it was ready`);
  };
  await Promise.all(workers.map((worker) => Promise.race([once(worker, 'message'), failed(worker)])));
  for (const worker of workers) worker.send('go');
  return workers;
}

export async function endOf(worker: ChildProcess): Promise<LimitedWorkerReport> {
  worker.send('stop');
  const [report]: readonly LimitedWorkerReport[] = await once(worker, 'message');
  return report ?? { putOff: 0 };
}
