import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';

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
 * Calls back at once when a generation is given up of which something is left: removing it takes milliseconds. So for
 * most of the time nothing else is done in this process.
 */
export async function whileRemoved(path: string, signal: AbortSignal, then: () => void): Promise<void> {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  try {
    const doomed = database.prepare('SELECT 1 FROM generation WHERE physical_name IS NULL');
    for (;;) {
      signal.throwIfAborted();
      for (const endMs = performance.now() + spinMs; performance.now() < endMs; ) {
        if (doomed.get() !== undefined) return then();
      }
      await nextTurn();
    }
  } finally {
    database.close();
  }
}

const spinMs = 2;
