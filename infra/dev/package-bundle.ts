import { join } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

/** The programs of the package, and the bodies of its processes and threads. */
const programs = {
  main: 'services/cli/src/main.ts',
  query: 'services/query/src/main.ts',
  worker: 'services/worker/src/main.ts',
  'prepare-child': 'packages/engine/src/prepare/prepare-child.ts',
  'child-watch': 'packages/engine/src/prepare/child-watch.ts',
  'topics-thread': 'packages/engine/src/discovery/topics-thread.ts',
  'reader-worker': 'packages/embedded/src/readers/reader-worker.ts',
  'scan-worker': 'packages/embedded/src/readers/scan-worker.ts',
  'inference-worker': 'packages/models/src/onnx/inference-worker.ts',
};

/** The oldest release with the full-text search, and the transactions that can be asked for, of `node:sqlite`. */
const oldestNode = '22.16';

/** Releases that the package was tried on; 23 came to its end without what 22.16 has. */
export const nodeRange = `^${oldestNode}.0 || >=24.0.0`;

const library = { index: 'packages/engine/src/library.ts' };

/** A bundle of our own code; what others have written is left to be installed, in the release we are tested with. */
export interface Bundle {
  /** Packages of others that the code asks for. */
  readonly runtime: ReadonlySet<string>;
  /** Packages of others that its types name. */
  readonly types: ReadonlySet<string>;
}

/**
 * Compiles our code to JavaScript, all of it in one folder: Node takes no types off under node_modules.
 * @param repository with its packages installed.
 */
export async function bundle(
  repository: string,
  folder: string,
  { types }: { readonly types: boolean },
): Promise<Bundle> {
  const chunks = await write(repository, folder, { ...programs, ...library }, [bodiesBeside()]);
  const declarations = types ? await write(repository, folder, library, [declarationsIn(repository)]) : [];
  return { runtime: packagesOf(chunks), types: packagesOf(declarations) };
}

/** Types of the library in one file. TypeScript 7.0 has no other way in than its command. */
function declarationsIn(repository: string): Plugin[] {
  return dts({
    dtsOnly: true,
    generator: 'tsgo',
    cwd: repository,
    tsconfig: 'tsconfig.library.json',
  });
}

async function write(
  repository: string,
  folder: string,
  input: Readonly<Record<string, string>>,
  plugins: readonly (Plugin | Plugin[])[],
): Promise<readonly OutputChunk[]> {
  const build = await rolldown({
    cwd: repository,
    input: Object.fromEntries(Object.entries(input).map(([name, path]) => [name, join(repository, path)])),
    platform: 'node',
    // Newer syntax is written in older; what Node has to bring along besides, the oldest one is tried for.
    transform: { target: `node${oldestNode}` },
    external: (id) => !isOurs(id),
    plugins: [...plugins],
    logLevel: 'warn',
  });
  try {
    const { output } = await build.write({
      dir: folder,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    });
    return output.filter((file) => file.type === 'chunk');
  } finally {
    await build.close();
  }
}

/** Besides our own code, what the bundler itself writes newer syntax in. */
function isOurs(id: string): boolean {
  return /^(?:\.|\/|@winnow\/|@oxc-project\/runtime)/.test(id);
}

/** Processes and threads are started by the name of their file, which stands beside every other in the package. */
function bodiesBeside(): Plugin {
  return {
    name: 'bodies-beside',
    transform(code) {
      const moved = code.replace(/new URL\('\.\/([a-z-]+)\.ts', import\.meta\.url\)/g, (_, name: string) => {
        if (!(name in programs)) throw new Error(`${name}.ts is started by its name, and not in the bundle`);
        return `new URL('./${name}.js', import.meta.url)`;
      });
      return moved === code ? null : moved;
    },
  };
}

/** Names of packages among imports; paths into them, our own files and what Node brings count for nothing. */
function packagesOf(chunks: readonly OutputChunk[]): ReadonlySet<string> {
  const own = new Set(chunks.map(({ fileName }) => fileName));
  const asked = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  return new Set(
    asked
      .filter((name) => !own.has(name) && !name.startsWith('node:'))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
  );
}
