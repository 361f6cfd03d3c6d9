import { parseGlob } from './parse-glob.ts';

/**
 * A pattern for paths, made ready. `*` is anything within a name, `**` any folders, `?` one character, `[abc]` and
 * `[!a-z]` one of some, `{a,b}` one of several patterns, and a sign behind `\` means itself. There is nothing else,
 * and no way back: the time is at most the length of the pattern times that of the path.
 */
export type Glob = (path: string) => boolean;

export interface GlobOptions {
  /** Whether a name's first dot is found by signs that stand for any character. */
  readonly dot: boolean;
}

/** Tells what a character may be; `next` are the steps after it. */
export interface Step {
  readonly takes: (character: string) => boolean;
  /** Whether a dot at the beginning of a name may be taken: the pattern's name begins with it too. */
  readonly namesDot: boolean;
  /** Filled in when the steps behind are known; {@link end} is the end of the pattern. */
  readonly next: number[];
}

/** In place of a step: the path may end here. */
export const end = -1;

/** @throws AppError `invalid_argument` for what is not part of the language. */
export function createGlob(pattern: string, { dot }: GlobOptions): Glob {
  const { steps, start } = parseGlob(pattern);
  return (path) => {
    let current: ReadonlySet<number> = new Set(start);
    let before = '/';
    for (const character of path) {
      const hidden = !dot && character === '.' && before === '/';
      const following = new Set<number>();
      for (const at of current) {
        const step = steps[at];
        if (step?.takes(character) !== true || (hidden && !step.namesDot)) continue;
        for (const next of step.next) following.add(next);
      }
      if (following.size === 0) return false;
      current = following;
      before = character;
    }
    return current.has(end);
  };
}
