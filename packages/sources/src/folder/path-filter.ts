import { createGlob, type Glob } from './glob.ts';

/** Which paths of a folder belong to the source. Paths are relative, with `/`, in NFC. */
export interface PathFilter {
  /** Whether a file belongs to the source, as a walk that opens the folders above it finds out step by step. */
  takes(path: string): boolean;
  takesFile(path: string): boolean;
  /** False where nothing below can belong to the source: the folder need not be opened. */
  mayHold(directory: string): boolean;
}

/**
 * Globs as shells know them (see {@link Glob}); a pattern that is a file's very path takes it, whatever signs it has.
 * Excluding a folder excludes what is below. Hidden files and `node_modules` stay out, unless a pattern of `include`
 * names them.
 * @throws AppError `invalid_argument` for a pattern of another language.
 */
export function createPathFilter(include: readonly string[], exclude: readonly string[]): PathFilter {
  const wanted = include.map(normalise);
  const literal = new Set(wanted);
  const hiddenAsked = wanted.some((pattern) => /(?:^|\/)\.[^/]/.test(pattern));
  const gitAsked = wanted.some((pattern) => /(?:^|\/)\.git(?:\/|$)/.test(pattern));
  const modulesAsked = wanted.some((pattern) => pattern.includes('node_modules'));
  const isIncluded = anyOf(wanted, hiddenAsked);
  const isExcluded = anyOf(
    exclude.map(normalise).flatMap((pattern) => [pattern, pattern.replace(/(?<=.)\/\*\*(?:\/\*)?$/, '')]),
    true,
  );
  const isOutOfSight = (path: string): boolean => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === 'node_modules') return !modulesAsked;
    if (name === '.git') return !gitAsked;
    return name.startsWith('.') && !hiddenAsked;
  };
  const reaches = wanted.map(reachOf);

  const takesFile = (path: string): boolean =>
    !isExcluded(path) && (literal.has(path) || (!isOutOfSight(path) && isIncluded(path)));
  const mayHold = (directory: string): boolean =>
    !isExcluded(directory) && !isOutOfSight(directory) && reaches.some((reach) => leadsTo(directory, reach));

  return { takesFile, mayHold, takes: (path) => takesFile(path) && foldersAbove(path).every(mayHold) };
}

function anyOf(patterns: readonly string[], dot: boolean): Glob {
  const globs = [...new Set(patterns)].map((pattern) => createGlob(pattern, { dot }));
  return (path) => globs.some((glob) => glob(path));
}

function foldersAbove(path: string): readonly string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
}

function normalise(pattern: string): string {
  return pattern.normalize('NFC').replace(/^\.\//, '').replace(/\/$/, '/**');
}

interface Reach {
  /** The folders that a pattern names before its first sign of a glob: docs, guide of `docs/guide/*.md`. */
  readonly beginning: readonly string[];
  /** Folders above the deepest file it can match. */
  readonly depth: number;
}

function reachOf(pattern: string): Reach {
  const folders = pattern.split('/').slice(0, -1);
  const firstGlob = folders.findIndex((folder) => /[*?[\]{}()!+@\\]/.test(folder));
  return {
    beginning: firstGlob === -1 ? folders : folders.slice(0, firstGlob),
    depth: /\*\*|[{(]/.test(pattern) ? Number.POSITIVE_INFINITY : folders.length,
  };
}

function leadsTo(directory: string, { beginning, depth }: Reach): boolean {
  const folders = directory.split('/');
  return (
    folders.length <= depth && beginning.every((name, at) => at >= folders.length || folders[at] === name)
  );
}
