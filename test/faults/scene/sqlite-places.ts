import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

/** What a file of the embedded store keeps of generations: each that it knows of, and tables that it does not. */
export function placesIn(path: string): readonly string[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  try {
    const rows = database.prepare('SELECT id, physical_name FROM generation').all();
    const names = new Map(rows.map(({ id, physical_name: name }) => [Number(id), name]));
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const owners = new Set(
      tables.flatMap(({ name }) => /^(?:document|chunk|vector)_(\d+)$/.exec(String(name))?.[1] ?? []),
    );
    const stray = [...owners].filter((id) => !names.has(Number(id)));
    return [
      ...[...names].map(([id, name]) => (name === null ? `${id}, which is being removed` : String(name))),
      ...stray.map((id) => `tables of ${id}`),
    ];
  } finally {
    database.close();
  }
}

/**
 * Calls back when a generation is given up of which something is left, and lets nobody come to the end of removing one
 * until then: that takes a moment else, which is too short to be met.
 * @returns lets the removal go on; once the process is gone that was at it.
 */
export async function whileRemoved(path: string, signal: AbortSignal, then: () => void): Promise<() => void> {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    database.exec(held);
    const doomed = database.prepare('SELECT 1 FROM generation WHERE physical_name IS NULL');
    while (doomed.get() === undefined) await wait(pollMs, undefined, { signal });
    then();
  } finally {
    database.close();
  }
  return () => {
    const again = new DatabaseSync(path, { timeout: 10_000 });
    again.exec(released);
    again.close();
  };
}

const pollMs = 2;
/** Counting so far takes longer than any test, and a process may be killed at it. */
const held = `
  CREATE VIEW held_by_test AS
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100000000000)
    SELECT count(*) FROM number;
  CREATE TRIGGER removal_held_by_test BEFORE DELETE ON generation BEGIN
    SELECT * FROM held_by_test;
  END;`;
const released = 'DROP TRIGGER removal_held_by_test; DROP VIEW held_by_test;';
