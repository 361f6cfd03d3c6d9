import { openDatabase } from './database.ts';

/** Somebody waits with a finger on a key. */
const busyTimeoutMs = 50;

/**
 * Names of the corpora in a file, in order, at once or not at all: nothing is brought forward, and nothing is loaded
 * that reads more than that.
 * @returns none where there is no such file, or it cannot be read at once.
 */
export function corpusNames(path: string): readonly string[] {
  try {
    const database = openDatabase(path, { readOnly: true, busyTimeoutMs });
    try {
      return database.all<{ name: string }>('SELECT name FROM corpus ORDER BY name').map(({ name }) => name);
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}
