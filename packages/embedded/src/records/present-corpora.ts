import { AppError, type CorpusId } from '@winnow/core';
import type { Rows } from '../database.ts';
import { corpusOfRow, type RecordRow } from '../record-json.ts';

/** The ids of corpora that are there, and not being deleted: what is kept beside others would stay for ever. */
export function presentCorpora(database: Rows): ReadonlySet<CorpusId> {
  const corpora = database.all<RecordRow>('SELECT body FROM corpus').map(corpusOfRow);
  const present = corpora.filter(({ deletingSince }) => deletingSince === null);
  return new Set(present.map(({ corpusId }) => corpusId));
}

/** @throws AppError `not_found` if the corpus is gone, or going. */
export function requireCorpus(database: Rows, corpusId: CorpusId): void {
  if (presentCorpora(database).has(corpusId)) return;
  throw new AppError('not_found', `there is no corpus with the id ${corpusId}, any more`);
}
