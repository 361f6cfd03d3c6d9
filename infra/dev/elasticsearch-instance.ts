import { spawnSync } from 'node:child_process';
import { chown, cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** The account that a server runs as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Elasticsearch refuses to run as root: then it runs as `nobody`, else as the caller (null). */
export async function unprivilegedUser(): Promise<User | null> {
  if (process.getuid?.() !== 0) return null;
  const [uid, gid] = await Promise.all([
    runCommand('id', ['-u', 'nobody']),
    runCommand('id', ['-g', 'nobody']),
  ]);
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * Makes the folder of one server: its configuration, with room for data, log and temporary files.
 *
 * @param settings lines of `elasticsearch.yml`.
 * @param user who will own it.
 */
export async function createInstance(
  distribution: string,
  settings: Readonly<Record<string, string | number | boolean>>,
  user: User | null,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'winnow-elasticsearch-'));
  const config = join(directory, 'config');
  await cp(join(distribution, 'config'), config, { recursive: true });
  await Promise.all(['tmp', 'data', 'logs'].map((name) => mkdir(join(directory, name))));
  const all = { 'path.data': join(directory, 'data'), 'path.logs': join(directory, 'logs'), ...settings };
  await writeFile(join(config, 'elasticsearch.yml'), toYaml(all));
  const options = join(config, 'jvm.options');
  await writeFile(options, withoutGcLog(await readFile(options, 'utf8')));
  if (user !== null) await giveTo(directory, user);
  return directory;
}

/** One `"name": "value"` a line; JSON's strings and numbers are YAML too. */
export function toYaml(settings: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}\n`)
    .join('');
}

/** The JVM options without the garbage collector's log: up to 2 GB that nobody reads in a test. */
export function withoutGcLog(options: string): string {
  return options.replace(/^-Xlog:gc.*$/gm, '');
}

/** Puts the password of `elastic` into the instance's key store, where the first start finds it. */
export async function setPassword(
  distribution: string,
  password: string,
  env: Readonly<Record<string, string>>,
  user: User | null,
): Promise<void> {
  const tool = join(distribution, 'bin/elasticsearch-keystore');
  for (const args of [['create'], ['add', '-x', '-f', 'bootstrap.password']]) {
    const { status, stderr } = spawnSync(tool, args, {
      env: { ...env },
      input: password,
      encoding: 'utf8',
      ...user,
    });
    if (status !== 0) throw new Error(`elasticsearch-keystore ${args[0]} failed: ${stderr}`);
  }
}

async function giveTo(path: string, user: User): Promise<void> {
  const entries = await readdir(path, { recursive: true });
  await Promise.all(['', ...entries].map((entry) => chown(join(path, entry), user.uid, user.gid)));
}
