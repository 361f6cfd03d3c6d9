import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from './cache-folder.ts';
import { dockerAnswers } from './docker-socket.ts';
import { tailOf } from './log-tail.ts';
import { isOnPath } from './run-command.ts';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 60_000;
const pauseMs = 100;

/** Where this engine keeps everything of its own: images, containers, socket, log. */
export function engineFolder(): string {
  return join(cacheFolder(), 'docker');
}

/** The value for DOCKER_HOST. */
export function engineHost(): string {
  return `unix://${join(engineFolder(), 'docker.sock')}`;
}

/**
 * Starts a Docker engine beside any that is installed, and leaves it running.
 *
 * @throws Error that says which programs are missing, or with the end of the engine's log.
 */
export async function startEngine(): Promise<void> {
  if (await dockerAnswers({ DOCKER_HOST: engineHost() })) return;
  await demandPrograms();
  const folder = engineFolder();
  await mkdir(folder, { recursive: true });
  const logFile = join(folder, 'dockerd.log');
  const log = openSync(logFile, 'w');
  const engine = spawn(
    'dockerd',
    [
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'run')],
      ...['--pidfile', pidFile(), '-H', engineHost()],
    ],
    { detached: true, stdio: ['ignore', log, log] },
  );
  engine.unref();
  const deadline = Date.now() + startTimeoutMs;
  while (!(await dockerAnswers({ DOCKER_HOST: engineHost() }))) {
    if (engine.exitCode !== null || Date.now() > deadline) {
      throw new Error(`the Docker engine did not start:\n${await tailOf(logFile)}`);
    }
    await sleep(pauseMs);
  }
}

/** Stops the engine by its pid file and waits until it is gone; nothing where it does not run. */
export async function stopEngine(): Promise<void> {
  const pid = Number(await readFile(pidFile(), 'utf8').catch(() => '0'));
  if (pid === 0 || !isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + stopTimeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`the Docker engine (process ${pid}) does not stop`);
    await sleep(pauseMs);
  }
}

function pidFile(): string {
  return join(engineFolder(), 'dockerd.pid');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function demandPrograms(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('starting a Docker engine needs root');
  const programs = ['dockerd', 'docker', 'docker-compose', 'debootstrap'];
  const present = await Promise.all(programs.map((program) => isOnPath(program)));
  const missing = programs.filter((_, index) => !present[index]);
  if (missing.length === 0) return;
  const install = 'apt-get install -y --no-install-recommends docker.io docker-compose debootstrap';
  throw new Error(`missing: ${missing.join(', ')}. On Debian: ${install}`);
}
