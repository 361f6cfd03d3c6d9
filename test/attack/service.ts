import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', '..', 'services/cli/src/main.ts');

/** A running `winnow serve`, and the folder that it may read. */
export interface AttackedService {
  readonly address: string;
  readonly pid: number;
  readonly sources: string;
  /** What it logs. */
  readonly logFile: string;
  /** @returns false where it has ended by itself. */
  isRunning(): boolean;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts `winnow serve` as a user does, on a free port and in a folder of its own, with memory as `docker-compose.yml` has it
 * collected.
 * @param environment besides: servers, models. Requests may say whom they come from, so that the limit of requests of
 * one address is not what is tested.
 */
export async function startService(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<AttackedService> {
  const sources = join(folder, 'sources');
  const logFile = join(folder, 'service.log');
  await mkdir(sources, { recursive: true });
  const child = spawn(process.execPath, [main, 'serve', '--port', '0'], {
    env: {
      ...process.env,
      REDIS_URL: '',
      ELASTICSEARCH_URL: '',
      WINNOW_DATA_DIR: join(folder, 'data'),
      WINNOW_SOURCE_ROOTS: sources,
      WINNOW_TRUSTED_PROXIES: '127.0.0.1',
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=4`,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(createWriteStream(logFile));
  process.once('exit', () => child.kill('SIGKILL'));
  const address = await addressOf(child, logFile);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    address,
    pid: child.pid ?? 0,
    sources,
    logFile,
    isRunning,
    async stop() {
      if (!isRunning()) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Has a program that is stopped end as one that ends by itself, so that nothing it has started outlives it. */
export function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}

async function addressOf(child: ChildProcess, logFile: string): Promise<string> {
  const printed = await Promise.race([
    once(child.stdout ?? child, 'data').then(([data]) => String(data).trim()),
    once(child, 'exit').then(() => null),
  ]);
  if (printed === null) throw new Error(`the service did not start: ${logFile} says why`);
  return printed;
}
