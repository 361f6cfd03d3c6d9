import { globSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** A package of others, as one of ours has it installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Its real place in the store, beside what it depends on itself. */
  readonly folder: string;
}

/**
 * Finds a package among the dependencies of the repository's packages; all of them have the same release, from the
 * catalog.
 * @throws Error where none of them depends on it.
 */
export function installedPackage(repository: string, name: string): InstalledPackage {
  const [found] = globSync(`{packages,services}/*/node_modules/${name}/package.json`, { cwd: repository });
  if (found === undefined) throw new Error(`nothing of ours depends on ${name}`);
  const manifest = realpathSync(join(repository, found));
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return { name, version, folder: join(manifest, '..') };
}
