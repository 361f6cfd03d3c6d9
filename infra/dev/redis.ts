import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { ContainerSpec, ProcessSpec } from './keeper-protocol.ts';
import { tailOf } from './log-tail.ts';
import { waitForRedis } from './readiness.ts';
import { findRedis } from './redis-install.ts';
import { launchServer, type RunningServer } from './running-server.ts';
import { firstWay } from './ways.ts';

export const redisImage = 'redis:7';

const readyTimeoutMs = 30_000;

export interface RedisOptions {
  /** Keeps an append-only file, so that `restart` finds the data. Off by default. */
  readonly appendOnly?: boolean;
  /** Chosen freely by default. */
  readonly port?: number;
  /** More directives as on the command line, without the dashes: `{ maxmemory: '20mb', replicaof: ['host', '6379'] }`. */
  readonly settings?: Readonly<Record<string, string | readonly string[]>>;
  /** Never in a container, so that it reaches other servers on 127.0.0.1 and files of this machine. */
  readonly asProcess?: boolean;
}

/**
 * Starts a Redis server of one's own on 127.0.0.1, without eviction and without snapshots.
 *
 * @throws Error that names each way that was tried and what it lacked.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RunningServer> {
  const port = options.port ?? (await freePort());
  const args = redisArguments(options);
  const inProcess = async () => {
    const spec = await processSpec(args, port);
    return launch(spec, port, spec.logFile);
  };
  if (options.asProcess) return inProcess();
  return firstWay('Redis', { container: () => launch(containerSpec(args, port), port), process: inProcess });
}

/** The settings common to both ways, as command-line arguments. */
export function redisArguments({ appendOnly = false, settings = {} }: RedisOptions): string[] {
  const all = {
    save: '',
    appendonly: appendOnly ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
    ...settings,
  };
  return Object.entries(all).flatMap(([name, values]) => [`--${name}`, ...[values].flat()]);
}

function launch(spec: ProcessSpec | ContainerSpec, port: number, logFile?: string): Promise<RunningServer> {
  return launchServer(spec, {
    port,
    urlOf: (host) => `redis://${host}:${port}`,
    waitUntilReady: waitForRedis,
    readyTimeoutMs,
    tail: async () => (logFile === undefined ? '' : tailOf(logFile)),
  });
}

function containerSpec(args: readonly string[], port: number): ContainerSpec {
  return {
    type: 'container',
    image: redisImage,
    command: ['redis-server', ...args],
    env: {},
    containerPort: 6379,
    hostPort: port,
  };
}

async function processSpec(args: readonly string[], port: number): Promise<ProcessSpec> {
  const program = await findRedis();
  const directory = await mkdtemp(join(tmpdir(), 'winnow-redis-'));
  return {
    type: 'process',
    command: program.command,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, ...args],
    env: { PATH: process.env.PATH ?? '', ...program.env },
    user: null,
    directory,
    logFile: join(directory, 'redis.log'),
  };
}
