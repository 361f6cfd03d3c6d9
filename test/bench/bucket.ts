/**
 * Lists a bucket of many keys, and the memory that this takes: a tenth of it in one process, all of it in another.
 *
 *   node test/bench/bucket.ts [--keys 1000000]
 *
 * Against a server that makes each page of the listing when it is asked for; what a real one answers is tested elsewhere.
 * What is measured is the process that lists. With `--list URL BUCKET PREFIX` that is this one.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createSource } from '@winnow/sources';
import { machine } from './support/bench.ts';
import { listKeys } from './support/listed-keys.ts';

const bucket = 'many-keys';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keys: { type: 'string', default: '1000000' }, list: { type: 'boolean', default: false } },
});
if (values.list) await list(positionals[0] ?? '', positionals[1] ?? '', positionals[2] ?? '');
else await measure(Number(values.keys));

async function measure(keys: number): Promise<void> {
  const server = await listKeys({ 'few/': Math.floor(keys / 10), '': keys });
  try {
    console.log(`${machine}; keys like docs/0000123/report-of-the-month-123.md`);
    await listApart(server.url, 'few/');
    await listApart(server.url, '');
  } finally {
    server.close();
  }
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
