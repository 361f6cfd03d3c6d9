/**
 * Lists a bucket of many keys, and the memory that this takes: a tenth of it in one process, all of it in another.
 *
 *   node test/bench/bucket.ts [--keys 200000]
 *
 * Against moto, the server of the tests, which holds everything in memory and goes through all keys for each page: making
 * and listing a million takes it hours. What is measured is the process that lists. With `--list URL BUCKET PREFIX` that is this
 * one, and nothing is made.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { createSource } from '@winnow/sources';
import { startMoto } from '../../infra/dev/moto.ts';
import { machine } from './support/bench.ts';

const atOnce = 16;
const bucket = 'many-keys';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keys: { type: 'string', default: '200000' }, list: { type: 'boolean', default: false } },
});
if (values.list) await list(positionals[0] ?? '', positionals[1] ?? '', positionals[2] ?? '');
else await measure(Number(values.keys));

async function measure(keys: number): Promise<void> {
  const moto = await startMoto();
  try {
    const few = Math.floor(keys / 10);
    await put(moto.url, bucket, '');
    await makeKeys(moto.url, keys, few);
    console.log(`${machine}; keys like docs/0000123/report-of-the-month-123.md`);
    // The first tenth lies below a prefix of its own.
    await listApart(moto.url, 'few/');
    await listApart(moto.url, '');
  } finally {
    await moto.stop();
  }
}

async function makeKeys(url: string, keys: number, few: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let at = next++; at < keys; at = next++) {
        const folder = `${at < few ? 'few' : 'more'}/docs/${String(at).padStart(7, '0')}`;
        await put(url, `${bucket}/${folder}/report-of-the-month-${at}.md`, 'x', agent);
      }
    }),
  );
  agent.destroy();
}

async function put(url: string, path: string, body: string, agent?: Agent): Promise<void> {
  const sent = request(`${url}/${path}`, { method: 'PUT', ...(agent && { agent }) });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode}`);
}

async function listApart(url: string, prefix: string): Promise<void> {
  const env = { ...process.env, AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };
  const child = fork(import.meta.filename, ['--list', url, bucket, prefix], {
    env,
    execArgv: ['--expose-gc'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the listing ended with ${code}`);
}

async function list(endpoint: string, name: string, prefix: string): Promise<void> {
  const place = { kind: 's3' as const, bucket: name, prefix, include: ['**/*'], exclude: [] };
  const source = createSource(place, { s3: { endpoint, region: null, pathStyle: true } });
  const startedAt = performance.now();
  let keys = 0;
  let keptAtFirst = 0;
  for await (const event of source.scan({ after: null, signal: AbortSignal.timeout(3_600_000) })) {
    if (event.kind !== 'document') throw new Error(`${event.kind} was not expected`);
    keys += 1;
    if (keys === 2_000) keptAtFirst = keptMb();
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(
    `${keys} keys listed in ${seconds} s; peak memory of the process ${peak} MB; kept in its heap ${keptMb()} MB, after the first 2,000 keys ${keptAtFirst} MB`,
  );
}

/** What is left once everything that nobody holds has been collected. */
function keptMb(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1024 / 1024);
}
