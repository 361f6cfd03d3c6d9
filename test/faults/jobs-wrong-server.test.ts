import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type LogFields, silentLogger } from '@winnow/core';
import { createBullJobs } from '@winnow/jobs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { faultJobs } from './fault-jobs.ts';
import { openRedis } from './jobs-bench.ts';

/** What stands where Redis should: its address, and what is to be said about it. */
const cases = [
  ['a server of HTTP', httpServer, 'failed_precondition', /not Redis/],
  ['a server of HTTP, asked for TLS', async () => asTls(await httpServer()), 'failed_precondition', /TLS/],
  ['nothing', async () => 'redis://127.0.0.1:1', 'unavailable', /ECONNREFUSED/],
  ['a server that says nothing', silentServer, 'deadline_exceeded', /did not answer/],
  ['a server that hangs up', hangingUpServer, 'unavailable', /cannot be reached/],
  ['a Redis that wants a password', () => secretRedis(''), 'failed_precondition', /user or password/],
  ['a Redis of another password', () => secretRedis(':wrong@'), 'failed_precondition', /user or password/],
  ['a Redis without that database', noSuchDatabase, 'failed_precondition', /database/],
  ['no sentinel', async () => 'redis+sentinel://127.0.0.1:1,127.0.0.1:2/main', 'unavailable', /sentinels/],
] as const;

describe('jobs where there is', () => {
  it.each(cases)(
    '%s: check says so within seconds, and the worker closes',
    async (_, open, code, message) => {
      const redisUrl = await open();
      const logged: LogFields[] = [];
      const log = { ...silentLogger, warn: (fields: LogFields) => void logged.push(fields) };
      const system = createBullJobs(faultJobs, { redisUrl, prefix: 'fault', log });
      onTestFinished(() => system.queue.close());
      const idle = { run: async () => ({ outcome: 'done' as const }) };
      const worker = system.createWorker({ handlers: { task: idle, sturdy: idle, neighbour: idle }, log });
      await worker.start();
      onTestFinished(() => worker.close({ graceMs: 1_000 }));
      const startedAt = performance.now();
      const checked = system.queue.check(AbortSignal.timeout(60_000));
      await expect(checked).rejects.toMatchObject({
        name: 'AppError',
        code,
        message: expect.stringMatching(message),
        part: 'queue',
      });
      expect(performance.now() - startedAt).toBeLessThan(8_000);
      // One or two lines a connection, and one for all kinds of jobs.
      expect(logged.length).toBeLessThanOrEqual(8);
      expect(JSON.stringify(logged)).not.toContain('wrong@');
    },
  );
});

async function httpServer(): Promise<string> {
  return listening(createHttpServer((_, response) => response.end('hello')));
}

async function silentServer(): Promise<string> {
  return listening(createServer((socket) => socket.on('error', () => {}).resume()));
}

async function hangingUpServer(): Promise<string> {
  return listening(createServer((socket) => socket.destroy()));
}

async function secretRedis(login: string): Promise<string> {
  const { url } = await openRedis({ settings: { requirepass: 'right' } });
  return url.replace('//', `//${login}`);
}

async function noSuchDatabase(): Promise<string> {
  return `${(await openRedis()).url}/99`;
}

function asTls(url: string): string {
  return url.replace('redis:', 'rediss:');
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') {
      server.closeAllConnections();
    }
  });
  const { port } = server.address() as AddressInfo;
  return `redis://127.0.0.1:${port}`;
}
