import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cache-folder.ts';
import { isOnPath, runCommand } from './run-command.ts';

/** A Redis server program and the environment it needs. */
export interface RedisProgram {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds or fetches a Redis server: the one on the PATH, else Debian's or Ubuntu's package, unpacked into
 * the cache without being root and without installing anything.
 *
 * @throws Error that says what is missing and what to do.
 */
export async function findRedis(): Promise<RedisProgram> {
  if (await isOnPath('redis-server')) return { command: 'redis-server', env: {} };
  if (!(await isOnPath('apt-get'))) {
    throw new Error(
      'no redis-server on the PATH and no apt-get to fetch one: install Redis (macOS: brew install redis)',
    );
  }
  const root = await installOnce('redis-debian', unpackDebianPackages);
  return { command: join(root, 'usr/bin/redis-server'), env: { LD_LIBRARY_PATH: await libraryPath(root) } };
}

async function unpackDebianPackages(directory: string): Promise<void> {
  const work = join(directory, 'apt');
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  // Own package lists: the system's may be missing or old, and only root may renew those.
  const own = [
    '-o',
    `Dir::State::lists=${work}/lists`,
    '-o',
    `Dir::Cache=${work}/cache`,
    '-o',
    'Debug::NoLocking=1',
  ];
  // A source that does not answer is no obstacle as long as another has the packages.
  await runCommand('apt-get', [...own, 'update']).catch(() => undefined);
  const install = ['install', '--simulate', '--no-install-recommends', 'redis-server'];
  const missing = packagesToInstall(await runCommand('apt-get', [...own, ...install]));
  await runCommand('apt-get', [...own, 'download', ...missing], { cwd: work });
  const packages = (await readdir(work)).filter((file) => file.endsWith('.deb'));
  for (const file of packages) await runCommand('dpkg', ['-x', join(work, file), directory]);
  await rm(work, { recursive: true });
}

/** The names in what `apt-get install --simulate` prints: a package and those it needs and the system lacks. */
export function packagesToInstall(simulated: string): string[] {
  return [...simulated.matchAll(/^Inst (\S+)/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

async function libraryPath(root: string): Promise<string> {
  const base = join(root, 'usr/lib');
  if (!existsSync(base)) return '';
  const folders = await readdir(base, { withFileTypes: true });
  return [base, ...folders.filter((f) => f.isDirectory()).map((f) => join(base, f.name))].join(':');
}
