import type { Database } from '../database.ts';

/** Chunks know the page, slide or sheet that they stand on. */
export function toIndexVersion5(database: Database): void {
  for (const { id } of database.all<{ id: number }>('SELECT id FROM generation')) {
    database.execute(`ALTER TABLE chunk_${id} ADD COLUMN place TEXT`);
  }
}
