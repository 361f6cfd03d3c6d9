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

/** A server that comes from the Python registry. */
export interface PythonServer {
  readonly name: string;
  readonly version: string;
  /** What `pip install` is asked for. */
  readonly packages: readonly string[];
  /** Behind `python`, to have it listen on 127.0.0.1. */
  args(port: number): readonly string[];
  /** Answers once the server is ready. */
  readonly readyPath: string;
}

// Each starts in seconds on a free machine.
const readyTimeoutMs = 120_000;

/**
 * Installs a server once and starts it on 127.0.0.1.
 *
 * @throws Error that says what is missing and what to do.
 */
export async function startPythonServer(server: PythonServer): Promise<RunningServer> {
  const python = await findPython();
  const packages = await installOnce(
    `${server.name}-${server.version}-python${python.version}`,
    (directory) => install(python, server, directory),
  );
  const port = await freePort();
  const spec = await processSpec(python, server, packages, port);
  return launchServer(spec, {
    port,
    urlOf: (host) => `http://${host}:${port}`,
    waitUntilReady: (url, signal) => waitForHttp(`${url}${server.readyPath}`, signal),
    readyTimeoutMs,
    tail: () => tailOf(spec.logFile),
  });
}

/** Into a folder of its own instead of a virtual environment, which could not be renamed. */
async function install(python: Python, { packages }: PythonServer, directory: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  await runCommand(python.command, [...pip, '--target', directory, ...packages]);
}

async function processSpec(
  python: Python,
  { name, args }: PythonServer,
  packages: string,
  port: number,
): Promise<ProcessSpec> {
  const directory = await mkdtemp(join(tmpdir(), `winnow-${name}-`));
  return {
    type: 'process',
    command: python.command,
    args: [...args(port)],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PYTHONPATH: packages,
      PYTHONUTF8: '1',
    },
    user: null,
    directory,
    logFile: join(directory, `${name}.log`),
  };
}
