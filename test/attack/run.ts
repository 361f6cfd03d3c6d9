import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTeiServer } from '@winnow/testkit';
import { startServices } from '../../infra/dev/services.ts';
import { type AttackReport, attack } from './attack.ts';
import { exitOnSignals, startService } from './service.ts';

/**
 * Attacks a running service with hostile requests and documents:
 *
 *     pnpm test:attack --minutes 10 [--backend embedded|full] [--seed 7]
 *
 * The seed decides what is sent; it is printed, so that an attack can be had again. Ends with 1 where the service was
 * hurt: it ended, answered 500 or not at all, or a health check took more than 100 ms beyond what the machine took: the
 * answer of a server that has nothing to do, the wait of the service's first thread for a processor, or what other machines
 * on the same hardware had of the processors.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string' },
    backend: { type: 'string', default: 'embedded' },
  },
});
const minutes = Number(values.minutes);
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
if (!(minutes > 0 && Number.isInteger(seed) && /^(?:embedded|full)$/.test(values.backend))) {
  console.error('usage: pnpm test:attack --minutes N [--backend embedded|full] [--seed S]');
  process.exit(2);
}

const longestOwnMs = 100;
exitOnSignals();
const folder = await mkdtemp(join(tmpdir(), 'winnow-attack-'));
const embedder = await startTeiServer({ dimensions: 16 });
const servers = values.backend === 'full' ? await startServices({ log: console.log }) : null;
const service = await startService(folder, {
  TEI_BASE_URL: embedder.baseUrl,
  WINNOW_NAMED_MODELS: 'tei:BAAI/bge-small-en-v1.5',
  ...(servers !== null && {
    REDIS_URL: servers.redisUrl,
    ELASTICSEARCH_URL: servers.elasticsearchUrl,
    WINNOW_PREFIX: `attack${process.pid}`,
  }),
});
console.log(`${values.backend}: ${minutes} min, seed ${seed}, log ${service.logFile}`);
try {
  const report = await attack(service, {
    seed,
    until: { seconds: minutes * 60, requests: Number.POSITIVE_INFINITY },
    clients: 6,
    files: { count: 12, largest: 1_000_000 },
    embedder: 'tei:BAAI/bge-small-en-v1.5',
    onLine: console.log,
  });
  console.log(summaryOf(report));
  const isSlow = report.longestOwnMs > longestOwnMs;
  const isHurt = !service.isRunning() || report.faults.length > 0 || isSlow;
  process.exitCode = isHurt ? 1 : 0;
} finally {
  await service.stop();
  await embedder.close();
  await servers?.stop();
  if (process.exitCode === 0) await rm(folder, { recursive: true, force: true });
}

function summaryOf(report: AttackReport): string {
  const lines = [
    `requests ${report.requests}, by status ${JSON.stringify(report.statuses)}`,
    `health: longest ${report.longestMs.toFixed(0)} ms, above 100 ms ${report.slow} of ${report.checks}, failed ${report.failed}`,
    `without what the machine took: longest ${report.longestOwnMs.toFixed(0)} ms, above 100 ms ${report.slowByItself}; an idle server: longest ${report.idleLongestMs.toFixed(0)} ms`,
    `longest request ${report.slowest.ms} ms: ${report.slowest.what}`,
    `rounds of ingestion ${report.rounds}, longest ${report.longestRoundMs} ms; peak memory ${report.peakMb} MB`,
    'the latest of them, in ms:',
    ...report.latest.map(
      ({ atSeconds, tookMs, ranMs, waitedMs, stolenMs, idleMs, ownMs }) =>
        `  after ${atSeconds.toFixed(0)} s: ${tookMs.toFixed(0)}; its thread ran ${ranMs.toFixed(0)}, waited ${waitedMs.toFixed(0)}, ` +
        `stolen ${stolenMs.toFixed(0)}, idle server ${idleMs.toFixed(0)}: own ${ownMs.toFixed(0)}`,
    ),
    ...report.faults,
  ];
  return lines.join('\n');
}
