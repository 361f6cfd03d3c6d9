import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import { buildServer } from '@winnow/query';
import { loadConfig } from '@winnow/runtime';
import { onTestFinished } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from './documents.ts';

/** Embedded mode, whatever the environment of the tests says. */
export const noServers = { REDIS_URL: '', ELASTICSEARCH_URL: '' };

/** The API over a data folder of its own, with a worker beside it. */
export async function api(servers: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const sources = join(folder, 'sources');
  await writeFiles(join(sources, 'handbook'), handbook);
  await mkdir(join(folder, 'private'));
  const config = loadConfig({ ...process.env, ...servers, WINNOW_DATA_DIR: join(folder, 'data') });
  const engine = await openEngine(config, { access: { kind: 'write', purpose: 'test' }, log: silentLogger });
  const worker = engine.createWorker({ keepsTime: true });
  await worker.start();
  const server = await buildServer({ engine, worker, log: silentLogger, sourceRoots: [sources] });
  onTestFinished(async () => {
    await server.close();
    await worker.close({ graceMs: 1_000 });
    await engine.close();
  });
  const post = (url: string, payload?: object, headers: Record<string, string> = {}) =>
    server.inject({ method: 'POST', url, headers, ...(payload !== undefined && { payload }) });
  const get = (url: string) => server.inject({ method: 'GET', url });
  return { folder, sources, engine, worker, server, post, get };
}
