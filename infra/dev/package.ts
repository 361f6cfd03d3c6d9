import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installedPackage } from './installed-package.ts';
import { type Bundle, bundle, nodeRange } from './package-bundle.ts';
import { runCommand } from './run-command.ts';

/** Asked for where a model needs it; it comes with a gigabyte of binaries for graphics cards. */
const onDemand: ReadonlySet<string> = new Set(['node-llama-cpp']);

/** What is handed out beside the code. The demo reads docs/zh. */
const beside = ['README.md', 'README.zh.md', 'SECURITY.md', 'ARCHITECTURE.md', 'LICENSE', 'docs'];

/**
 * Makes the folder of the npm package `winnow`: our own code compiled to JavaScript, with types for programs that
 * import it, and the manual. What others have written is named as a dependency, in the release that is tested here.
 * @param types without them it is done sooner, for a look at the programs alone.
 */
export async function makePackage(
  repository: string,
  folder: string,
  { types = true }: { readonly types?: boolean } = {},
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const made = await bundle(repository, join(folder, 'dist'), { types });
  await Promise.all(
    beside.map((name) => cp(join(repository, name), join(folder, name), { recursive: true })),
  );
  const manifest = await manifestOf(repository, made);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function manifestOf(repository: string, { runtime, types }: Bundle): Promise<object> {
  const root = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  const asked = [...runtime, ...types].sort().map((name) => installedPackage(repository, name));
  const releases = (isOptional: boolean) =>
    Object.fromEntries(
      asked
        .filter(({ name }) => onDemand.has(name) === isOptional)
        .map(({ name, version }) => [name, version]),
    );
  const optional = releases(true);
  return {
    name: 'winnow',
    version: root.version,
    description: root.description,
    license: root.license,
    keywords: ['search', 'rag', 'embeddings', 'bm25', 'rerank', 'elasticsearch', 'sqlite'],
    type: 'module',
    engines: { node: nodeRange },
    bin: { winnow: 'dist/main.js' },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    files: ['dist', 'docs', 'README.zh.md', 'SECURITY.md', 'ARCHITECTURE.md'],
    dependencies: releases(false),
    peerDependencies: optional,
    peerDependenciesMeta: Object.fromEntries(Object.keys(optional).map((name) => [name, { optional: true }])),
  };
}

if (import.meta.main) {
  const repository = join(import.meta.dirname, '..', '..');
  const folder = join(repository, 'dist', 'winnow');
  await makePackage(repository, folder);
  await runCommand('npm', ['pack', folder, '--pack-destination', join(repository, 'dist')]);
}
