import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './cache-folder.ts';
import { freePort } from './free-port.ts';
import { findJdk } from './jdk.ts';
import { tailOf } from './log-tail.ts';
import { waitForHttp } from './readiness.ts';
import { isOnPath, runCommand } from './run-command.ts';
import { launchServer, type RunningServer } from './running-server.ts';

/** The newest whose server is one file in the Maven repository; what it is asked for is the same in 2 and 3. */
const version = '1.28.5';
const copyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const readyTimeoutMs = 120_000;

/**
 * Starts the Apache Tika server on 127.0.0.1. Tests only.
 * @throws Error that says what is missing and what to do.
 */
export async function startTika(): Promise<RunningServer> {
  const folder = await installTika();
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'winnow-tika-'));
  const logFile = join(directory, 'tika.log');
  const jar = join(folder, `tika-server-${version}.jar`);
  const spec = {
    type: 'process',
    command: join(await findJdk(), 'bin/java'),
    args: ['-Xmx256m', '-jar', jar, '--host', '127.0.0.1', '--port', String(port)],
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' },
    user: null,
    directory,
    logFile,
  } as const;
  return launchServer(spec, {
    port,
    urlOf: (host) => `http://${host}:${port}`,
    waitUntilReady: (url, signal) => waitForHttp(`${url}/version`, signal),
    readyTimeoutMs,
    tail: () => tailOf(logFile),
  });
}

async function installTika(): Promise<string> {
  if (!(await isOnPath('mvn')))
    throw new Error("no 'mvn' on the PATH to fetch Apache Tika with: install Maven");
  return installOnce(`tika-server-${version}`, async (directory) => {
    const artifact = `org.apache.tika:tika-server:${version}:jar`;
    await runCommand(
      'mvn',
      ['-q', '-B', copyGoal, `-Dartifact=${artifact}`, `-DoutputDirectory=${directory}`],
      {
        cwd: directory,
      },
    );
  });
}
