import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installedPackage } from '../../infra/dev/installed-package.ts';
import { makePackage } from '../../infra/dev/package.ts';

const repository = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** The package as somebody has it who installed it. */
export interface Installed {
  /** The program itself. */
  readonly program: string;
  /** Folder in which programs find the package by its name. */
  readonly beside: string;
  readonly manifest: {
    readonly version: string;
    readonly engines: { readonly node: string };
    readonly dependencies: Readonly<Record<string, string>>;
  };
}

/**
 * Packs the npm package and lays it out as an installer does, but without a registry: each dependency that its manifest
 * names, and no other, is linked to the release that is in the repository's store.
 */
export async function install(folder: string): Promise<Installed> {
  const made = join(folder, 'made');
  await makePackage(repository, made, { types: false });
  const { stdout } = await run('npm', ['pack', made, '--pack-destination', folder, '--json']);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const home = join(folder, 'lib', 'node_modules', 'winnow');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', home]);
  const manifest: Installed['manifest'] = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(home, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(installedPackage(repository, name).folder, link);
  }
  return { program: join(home, 'dist', 'main.js'), beside: join(folder, 'lib'), manifest };
}
