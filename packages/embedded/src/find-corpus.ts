import type { Corpus, CorpusName } from '@winnow/core';
import type { Rows } from './database.ts';
import { corpusOfRow, type RecordRow } from './record-json.ts';

/** @returns null if there is none. */
export function findCorpus(database: Rows, name: CorpusName): Corpus | null {
  const row = database.get<RecordRow>('SELECT body FROM corpus WHERE name = ?', name);
  return row === undefined ? null : corpusOfRow(row);
}
