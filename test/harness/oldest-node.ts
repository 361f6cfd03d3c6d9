import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The oldest Node of a range such as `^22.16.0 || >=24`, from the registry.
 *
 * @returns the path of the program.
 */
export async function fetchOldestNode(range: string, folder: string): Promise<string> {
  const oldest = /\d+\.\d+\.\d+/.exec(range)?.[0];
  if (oldest === undefined) throw new Error(`no release in ${range}`);
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const home = join(folder, 'oldest-node');
  await mkdir(home, { recursive: true });
  await run('npm', ['install', '--prefix', home, '--no-save', '--ignore-scripts', `${name}@${oldest}`]);
  return join(home, 'node_modules', name, 'bin', 'node');
}
