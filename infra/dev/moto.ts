import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './cache-folder.ts';
import { freePort } from './free-port.ts';
import type { ProcessSpec } from './keeper-protocol.ts';
import { tailOf } from './log-tail.ts';
import { findPython, type Python } from './python.ts';
import { waitForHttp } from './readiness.ts';
import { runCommand } from './run-command.ts';
import { launchServer, type RunningServer } from './running-server.ts';

const version = '5.2.1';

const readyTimeoutMs = 120_000;

/**
 * Starts moto on 127.0.0.1: a server of another maker that speaks S3 over HTTP, multipart uploads, versions of ETags and
 * errors included. It keeps everything in memory, comes from the Python registry, and is no part of the product.
 *
 * @throws Error that says what is missing and what to do.
 */
export async function startMoto(): Promise<RunningServer> {
  const python = await findPython();
  const packages = await installOnce(`moto-${version}-python${python.version}`, (directory) =>
    install(python, directory),
  );
  const port = await freePort();
  const spec = await processSpec(python, packages, port);
  return launchServer(spec, {
    port,
    urlOf: (host) => `http://${host}:${port}`,
    waitUntilReady: (url, signal) => waitForHttp(`${url}/moto-api/data.json`, signal),
    readyTimeoutMs,
    tail: () => tailOf(spec.logFile),
  });
}

/** Into a folder of its own instead of a virtual environment, which could not be renamed. */
async function install(python: Python, directory: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  const packages = [`moto[s3]==${version}`, 'flask>=3,<4', 'flask-cors>=5', 'py-partiql-parser'];
  await runCommand(python.command, [...pip, '--target', directory, ...packages]);
}

async function processSpec(python: Python, packages: string, port: number): Promise<ProcessSpec> {
  const directory = await mkdtemp(join(tmpdir(), 'winnow-moto-'));
  return {
    type: 'process',
    command: python.command,
    args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PYTHONPATH: packages,
      PYTHONUTF8: '1',
    },
    user: null,
    directory,
    logFile: join(directory, 'moto.log'),
  };
}
