import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where downloaded servers are kept, shared between checkouts: WINNOW_CACHE_DIR, else `winnow` in the
 * user's cache folder. For root it is `/var/cache/winnow`: Elasticsearch refuses to run as root, and the
 * user it runs as instead cannot look into root's home.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, isRoot = process.getuid?.() === 0): string {
  if (env.WINNOW_CACHE_DIR) return env.WINNOW_CACHE_DIR;
  if (isRoot) return '/var/cache/winnow';
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'winnow');
}

/**
 * Installs into the cache once. The folder appears complete or not at all: it is filled under another
 * name and renamed. Of two processes that install at once, the first to finish wins.
 *
 * @param name folder name with the version in it.
 * @param fill puts the content into the folder that it is given.
 * @returns the installed folder.
 */
export async function installOnce(
  name: string,
  fill: (directory: string) => Promise<void>,
  root = cacheFolder(),
): Promise<string> {
  const installed = join(root, name);
  if (existsSync(installed)) return installed;
  const partial = join(root, `.partial-${name}-${randomUUID()}`);
  await mkdir(partial, { recursive: true, mode: 0o755 });
  try {
    await fill(partial);
    await rename(partial, installed).catch((error: unknown) => {
      if (!existsSync(installed)) throw error;
    });
    return installed;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
