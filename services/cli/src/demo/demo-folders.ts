import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Documents that are wherever Winnow is: its own guide, and what its dependencies bring along. */
export interface DemoFolders {
  /** The guide in Chinese. */
  readonly guide: string;
  /** Where the packages of others are. */
  readonly packages: string;
  /** Manuals of some packages, and the READMEs of all that are not huge API listings. */
  readonly inPackages: { readonly include: string[]; readonly exclude: string[] };
}

/** A store of pnpm, where a package stands in a folder that is named for its release. */
const inStore = {
  include: [
    '{fastify,pino,undici}@*/node_modules/*/docs/**/*.md',
    '[a-r]*/node_modules/*/{README,Readme,readme}.md',
    '@*/node_modules/@*/*/README.md',
  ],
  exclude: ['undici@7*/**', 'node@*/**', 'ip-address@*/**', '@types*/**'],
};

/** A folder of npm, where packages stand side by side. */
const sideBySide = {
  include: ['{fastify,pino,undici}/docs/**/*.md', '[a-r]*/{README,Readme,readme}.md', '@*/*/README.md'],
  exclude: ['ip-address/**', '@types/**', 'winnow/**'],
};

/**
 * Looks from a folder of Winnow upwards: for its guide, then for the nearest packages.
 * @throws Error where there are none, which is no installation.
 */
export function demoFolders(from: string): DemoFolders {
  const home = ancestors(from).find((folder) => existsSync(join(folder, 'docs', 'zh')));
  if (home === undefined) throw new Error(`no guide above ${from}`);
  for (const folder of ancestors(home)) {
    const packages = join(folder, 'node_modules');
    const guide = join(home, 'docs', 'zh');
    if (existsSync(join(packages, '.pnpm'))) {
      return { guide, packages: join(packages, '.pnpm'), inPackages: inStore };
    }
    if (existsSync(join(packages, 'fastify'))) return { guide, packages, inPackages: sideBySide };
  }
  throw new Error(`no packages above ${home}`);
}

function ancestors(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}
