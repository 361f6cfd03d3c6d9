import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { tailOf } from './log-tail.ts';
import { waitForRedis } from './readiness.ts';
import { findRedis } from './redis-install.ts';
import { launchServer, type RunningServer } from './running-server.ts';

export interface SentinelOptions {
  /** What clients ask for. */
  readonly masterName: string;
  /** On 127.0.0.1. */
  readonly masterPort: number;
  /** More lines of the configuration file. */
  readonly settings?: readonly string[];
}

const readyTimeoutMs = 30_000;
/** A master that is silent for this long is replaced. */
const downAfterMs = 1_000;

/**
 * Starts a sentinel of one's own on 127.0.0.1, as a process, which alone decides that its master is down. The master
 * must have been started as a process too.
 *
 * @throws Error that says what is missing.
 */
export async function startSentinel(options: SentinelOptions): Promise<RunningServer> {
  const port = await freePort();
  const program = await findRedis();
  const directory = await mkdtemp(join(tmpdir(), 'winnow-sentinel-'));
  const configuration = join(directory, 'sentinel.conf');
  // The sentinel writes what it learns into this file.
  await writeFile(configuration, configurationOf(options, port).join('\n'));
  const logFile = join(directory, 'sentinel.log');
  const spec = {
    type: 'process',
    command: program.command,
    args: [configuration, '--sentinel'],
    env: { PATH: process.env.PATH ?? '', ...program.env },
    user: null,
    directory,
    logFile,
  } as const;
  return launchServer(spec, {
    port,
    urlOf: (host) => `redis://${host}:${port}`,
    waitUntilReady: waitForRedis,
    readyTimeoutMs,
    tail: () => tailOf(logFile),
  });
}

function configurationOf({ masterName, masterPort, settings = [] }: SentinelOptions, port: number): string[] {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${masterName} 127.0.0.1 ${masterPort} 1`,
    `sentinel down-after-milliseconds ${masterName} ${downAfterMs}`,
    `sentinel failover-timeout ${masterName} 5000`,
    ...settings,
    '',
  ];
}
