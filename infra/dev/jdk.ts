import { readdir, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** What Elasticsearch 9 needs. */
export const minimumJavaVersion = 21;

/**
 * Finds an installed JDK or JRE that is new enough; of several the oldest, as the best tried one.
 * ES_JAVA_HOME, then JAVA_HOME, win where they fit.
 *
 * @returns its home folder.
 * @throws Error that names the versions that were found.
 */
export async function findJdk(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const found: { home: string; version: number }[] = [];
  for (const home of await candidates(env)) {
    const release = await readFile(join(home, 'release'), 'utf8').catch(() => '');
    const version = javaVersionOf(release);
    if (version === null) continue;
    found.push({ home, version });
    const wanted = home === env.ES_JAVA_HOME || home === env.JAVA_HOME;
    if (wanted && version >= minimumJavaVersion) return home;
  }
  const fitting = found
    .filter(({ version }) => version >= minimumJavaVersion)
    .sort((a, b) => a.version - b.version);
  if (fitting[0] !== undefined) return fitting[0].home;
  const versions = [...new Set(found.map(({ version }) => version))].join(', ') || 'none';
  throw new Error(
    `Elasticsearch needs Java ${minimumJavaVersion} or newer, found: ${versions}. Install one, or set ES_JAVA_HOME to it.`,
  );
}

/** The feature version (17, 21, 25) in a JDK's `release` file; null where it has none. */
export function javaVersionOf(release: string): number | null {
  const version = /^JAVA_VERSION="?(?:1\.)?(\d+)/m.exec(release)?.[1];
  return version === undefined ? null : Number(version);
}

async function candidates(env: NodeJS.ProcessEnv): Promise<string[]> {
  const home = homedir();
  const parents = [
    '/usr/lib/jvm',
    '/usr/java',
    '/opt/java',
    '/opt',
    join(home, '.jdks'),
    join(home, '.sdkman/candidates/java'),
  ];
  const macParents = ['/Library/Java/JavaVirtualMachines', join(home, 'Library/Java/JavaVirtualMachines')];
  const brewParents = ['/opt/homebrew/opt', '/usr/local/opt'];
  const all = [
    env.ES_JAVA_HOME ?? '',
    env.JAVA_HOME ?? '',
    ...(await javaOnPath(env)),
    ...(await inside(parents, '')),
    ...(await inside(macParents, 'Contents/Home')),
    ...(await inside(brewParents, 'libexec/openjdk.jdk/Contents/Home')),
  ];
  return all.filter((folder) => folder !== '');
}

async function inside(parents: readonly string[], path: string): Promise<string[]> {
  const lists = parents.map(async (parent) => {
    const names = await readdir(parent).catch(() => []);
    return names.map((name) => join(parent, name, path));
  });
  return (await Promise.all(lists)).flat();
}

async function javaOnPath(env: NodeJS.ProcessEnv): Promise<string[]> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const java = await realpath(join(folder, 'java')).catch(() => null);
    if (java !== null) return [dirname(dirname(java))];
  }
  return [];
}
