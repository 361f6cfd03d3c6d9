import { existsSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

const pingTimeoutMs = 2_000;

/** Whether a Docker engine answers at DOCKER_HOST, or else at one of the usual sockets. */
export async function dockerAnswers(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const address = engineAddress(env, existsSync);
  return address !== null && (await ping(address));
}

/**
 * Where the engine should be.
 *
 * @returns null where there is no socket, or where DOCKER_HOST is of a kind not supported here (ssh).
 */
export function engineAddress(
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean,
): RequestOptions | null {
  const host = env.DOCKER_HOST;
  if (host) {
    if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
    if (!host.startsWith('tcp://') && !host.startsWith('http://')) return null;
    const { hostname, port } = new URL(host.replace(/^tcp:/, 'http:'));
    return { hostname, port: port || '2375' };
  }
  const sockets = [
    '/var/run/docker.sock',
    join(env.XDG_RUNTIME_DIR ?? '/run/user/none', 'docker.sock'),
    join(homedir(), '.docker/run/docker.sock'),
  ];
  const socketPath = sockets.find(exists);
  return socketPath === undefined ? null : { socketPath };
}

function ping(address: RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ ...address, path: '/_ping', timeout: pingTimeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(false));
    call.once('close', () => resolve(false));
    call.end();
  });
}
