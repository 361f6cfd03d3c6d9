import type { AppError, CorpusId, CorpusName } from '@winnow/core';
import { indexError } from '../connection/index-error.ts';
import { type CorpusRecord, corpusOf } from './corpus-store.ts';
import type { RecordLog } from './record-log.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';

/**
 * Takes back what was written beside a corpus while it was being deleted. It is asked after each write: a delete that
 * begins later finds what was written, and after one that began before, nobody else would ever remove it.
 */
export interface LateWrites {
  /** @returns whether it stays. */
  stays<Stored extends StoredRecord>(log: RecordLog<Stored>, corpusId: CorpusId): Promise<boolean>;
}

const maxCorpora = 10_000;

/** Reads the one record where the name of the corpus is known, and all of them where it is not. */
export function createLateWrites(corpora: RecordTable<CorpusRecord>): LateWrites {
  const names = new Map<CorpusId, CorpusName>();

  async function nameOf(corpusId: CorpusId): Promise<CorpusName | undefined> {
    if (!names.has(corpusId)) {
      const stored = await corpora.search({ match_all: {} }, [{ name: 'asc' }], maxCorpora);
      for (const { name, corpusId: id } of stored.map(corpusOf)) names.set(id, name);
    }
    return names.get(corpusId);
  }

  async function isThere(corpusId: CorpusId): Promise<boolean> {
    const name = await nameOf(corpusId);
    const stored = name === undefined ? null : await corpora.read(name);
    const corpus = stored === null ? null : corpusOf(stored);
    return corpus?.corpusId === corpusId && corpus.deletingSince === null;
  }

  return {
    async stays(log, corpusId) {
      if (await isThere(corpusId)) return true;
      await log.remove({ term: { corpus_id: corpusId } });
      return false;
    },
  };
}

export function goneCorpus(corpusId: CorpusId): AppError {
  return indexError('not_found', `there is no corpus with the id ${corpusId}, any more`);
}
