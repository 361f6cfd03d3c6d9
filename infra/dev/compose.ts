import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerAnswers } from './docker-socket.ts';
import { engineHost } from './dockerd.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Runs one compose command on this repository's file to its end. */
export type Compose = (...args: readonly string[]) => Promise<void>;

/**
 * Finds the engine (DOCKER_HOST, the usual sockets, else the one of `docker-engine.ts`) and the compose
 * command (`docker compose`, else `docker-compose`).
 *
 * @param options.project keeps containers and volumes apart from those of other runs.
 * @throws Error where no engine answers; later, where a command fails.
 */
export async function createCompose(options: { project: string; envFile: string }): Promise<Compose> {
  const env = { ...process.env };
  if (!(await dockerAnswers(env))) env.DOCKER_HOST = engineHost();
  if (!(await dockerAnswers(env))) {
    throw new Error('no Docker engine answers: node infra/dev/docker-engine.ts start');
  }
  const plugin = await run('docker', ['compose', 'version'], { env }).then(
    () => true,
    () => false,
  );
  const [command, ...first] = plugin ? ['docker', 'compose'] : ['docker-compose'];
  const fixed = [...first, '--project-name', options.project, '--env-file', options.envFile];
  return async (...args) => {
    const child = spawn(command ?? '', [...fixed, ...args], { cwd: root, env, stdio: ['ignore', 2, 2] });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`compose ${args.join(' ')} ended with ${code}`);
  };
}
