import type { Database } from '../database.ts';
import type { FileKind } from '../sqlite-error.ts';

/** Brings a file from one version of its format to the next, inside one write transaction. */
export type MigrationStep = (database: Database) => void;

/** What a kind of file looks like, and how every earlier one becomes it. */
export interface FileFormat {
  readonly kind: FileKind;
  /**
   * From nothing to version 1, from there to version 2 and so on: a file has as its version how many of them it
   * has taken, in `user_version`. A step that was ever released stays as it is.
   */
  readonly steps: readonly MigrationStep[];
  /**
   * Makes a file of an earlier version read like one of today's, without a change to it: by temporary views, which
   * take the place of the tables they are named for.
   */
  readonly readEarlier?: (database: Database, version: number) => void;
}

/** The version that this code writes. */
export function currentVersion({ steps }: FileFormat): number {
  return steps.length;
}
