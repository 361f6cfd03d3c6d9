/**
 * How long what is pushed takes until a search finds it, on a system that has nothing else to do.
 *
 *   node test/bench/push.ts [--pushes 50] [--documents 500] [--rest 3]
 *
 * With REDIS_URL and ELASTICSEARCH_URL in full mode, else on the embedded index; over HTTP as a client would, with the worker
 * in this process. A push counts as found when a hybrid search that began after it names the document; the next search
 * begins when the one before has answered. Between two pushes all is at rest, for half to one and a half times so many
 * seconds: in full mode, commits that follow each other more closely share what makes them visible, and wait for it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import { buildServer } from '@winnow/query';
import { loadConfig } from '@winnow/runtime';
import { randomOf, sentencesOf } from '@winnow/testkit';
import { machine, percentile } from './support/bench.ts';

const { values } = parseArgs({
  options: {
    pushes: { type: 'string', default: '50' },
    documents: { type: 'string', default: '500' },
    rest: { type: 'string', default: '3' },
  },
});
const restMs = Number(values.rest) * 1_000;
const folder = await mkdtemp(join(tmpdir(), 'winnow-push-'));
const prefix = { WINNOW_PREFIX: `push-${process.pid}`, WINNOW_DATA_DIR: folder };
const config = loadConfig({ ...process.env, ...prefix });
const engine = await openEngine(config, { access: { kind: 'write', purpose: 'bench' }, log: silentLogger });
const worker = engine.createWorker();
await worker.start();
const server = await buildServer({ engine, worker, log: silentLogger, sourceRoots: [] });
try {
  await request('POST', '/v1/corpora', { name: 'pushed', path: 'push:', language: 'en' });
  const documents = Number(values.documents);
  const lines = Array.from({ length: documents }, (_, at) =>
    JSON.stringify({ _id: `before-${at}`, text: sentencesOf(at, 8).join(' ') }),
  );
  await request('POST', '/v1/corpora/pushed/documents', `${lines.join('\n')}\n`);
  await untilAtRest();
  await foundAfter('warm');
  const seconds: number[] = [];
  for (let push = 0; push < Number(values.pushes); push += 1) {
    await untilAtRest();
    await delay(restMs * (0.5 + randomOf(push)()));
    seconds.push(await foundAfter(String(push)));
  }
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) => percentile(seconds, share).toFixed(2));
  console.log(
    `${machine}; ${engine.mode} mode, ${documents} documents, ${seconds.length} pushes, about ${values.rest} s apart`,
  );
  console.log(`push to found: p50 ${p50} s, p95 ${p95} s, max ${most} s (target: max ≤ 2)`);
} finally {
  await engine.corpora.delete('pushed');
  await server.close();
  await worker.close({ graceMs: 1_000 });
  await engine.close();
  await rm(folder, { recursive: true });
}

/** @returns seconds. */
async function foundAfter(name: string): Promise<number> {
  const word = `gauge${name}zq`;
  const startedAt = performance.now();
  const text = `The ${word} at the north pump was read at noon, and stood at nine bar.`;
  await request('PUT', `/v1/corpora/pushed/documents/${word}`, { text });
  for (;;) {
    const query = { corpus: 'pushed', query: `Where is the ${word}?`, k: 5 };
    const { hits } = await request<{ hits: { documentId: string }[] }>('POST', '/v1/search', query);
    if (hits.some(({ documentId }) => documentId === word)) return (performance.now() - startedAt) / 1_000;
  }
}

async function untilAtRest(): Promise<void> {
  for (;;) {
    const { pending } = await request<{ pending: number }>('GET', '/v1/corpora/pushed');
    if (pending === 0) return;
    await delay(100);
  }
}

async function request<Answer>(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body?: object | string,
): Promise<Answer> {
  const type = typeof body === 'string' ? 'application/x-ndjson' : 'application/json';
  const payload = typeof body === 'object' ? JSON.stringify(body) : body;
  const given = payload === undefined ? {} : { payload, headers: { 'content-type': type } };
  const answer = await server.inject({ method, url, ...given });
  if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${answer.body}`);
  return (typeof body === 'string' ? null : answer.json()) as Answer;
}
