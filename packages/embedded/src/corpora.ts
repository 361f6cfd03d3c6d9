import { AppError, type Corpus, type CorpusName, type CorpusStore } from '@winnow/core';
import type { Rows, Statements } from './database.ts';
import { deleteInSteps } from './delete-in-steps.ts';
import { abandonGenerations, type Doomed, removeAbandoned } from './drop-generations.ts';
import { findCorpus } from './find-corpus.ts';
import { ensureGeneration } from './generations.ts';
import type { IndexDatabase } from './index-database.ts';
import { corpusOfRow, type RecordRow } from './record-json.ts';
import { removeKept } from './records/kept-with-corpus.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

/** What is kept in memory of generations, and is to be forgotten with them. */
interface GenerationMemory {
  drop(generationId: number): void;
}

interface CorporaContext {
  readonly database: IndexDatabase;
  readonly memories: readonly GenerationMemory[];
  readonly now: () => Date;
}

/** Corpora as rows of JSON. */
export function createCorpora({ database, memories, now }: CorporaContext): CorpusStore {
  const abandon = (statements: Statements, doomed: Doomed) => {
    for (const id of abandonGenerations(statements, doomed)) for (const memory of memories) memory.drop(id);
  };

  /** Nobody sees its generations from the first step on; the corpus itself goes last. */
  async function remove(name: CorpusName): Promise<void> {
    const corpus = await database.write((statements) => {
      const found = findCorpus(statements, name);
      if (found?.deletingSince === null) keep(statements, { ...found, deletingSince: now().toISOString() });
      abandon(statements, { corpus: name });
      return found;
    });
    // Another process may come to the end of the same delete first, and the name be taken again.
    const unchanged = (rows: Rows) => findCorpus(rows, name)?.corpusId === corpus?.corpusId;
    if (corpus !== null) await removeKept(database, corpus);
    await removeAbandoned(database, null);
    const runs = { table: 'run', key: 'run_id', where: 'corpus = ?', values: [name] };
    await deleteInSteps(database, runs, unchanged);
    await database.write((statements) => {
      if (unchanged(statements)) statements.run('DELETE FROM corpus WHERE name = ?', name);
    });
  }

  return {
    async create(corpus) {
      await database.write((statements) => {
        if (findCorpus(statements, corpus.name) !== null) {
          throw new AppError('failed_precondition', `there is a corpus named ${corpus.name} already`);
        }
        for (const generation of corpus.generations) ensureGeneration(statements, corpus.name, generation);
        keep(statements, corpus);
      });
    },
    async get(name) {
      return findCorpus(database, name);
    },
    async list() {
      return database.all<RecordRow>('SELECT body FROM corpus ORDER BY name').map(corpusOfRow);
    },
    async update(corpus, change) {
      return await database.write((statements) => {
        const kept = current(statements, corpus);
        const changed = change(kept);
        if (changed === null) return kept;
        keep(statements, changed);
        return changed;
      });
    },
    delete: remove,
    async prepareGeneration(corpus, generation) {
      await database.write((statements) => {
        // The delete has taken its generations away already, and would leave this one.
        if (current(statements, corpus).deletingSince !== null) {
          throw new AppError('not_found', `corpus ${corpus.name} is being deleted`);
        }
        ensureGeneration(statements, corpus.name, generation);
      });
    },
    async removeLeftovers() {
      // A create is one transaction: what it makes is named by its corpus.
      return [];
    },
    async publishGeneration() {
      // A commit is one transaction: what was written is there.
    },
    async dropGeneration({ physicalName }, signal) {
      throwIfAborted(signal);
      await database.write((statements) => abandon(statements, { physicalName }));
      await removeAbandoned(database, signal);
    },
  };
}

function keep(statements: Statements, corpus: Corpus): void {
  statements.run(
    'INSERT OR REPLACE INTO corpus (name, body) VALUES (?, ?)',
    corpus.name,
    JSON.stringify(corpus),
  );
}

/** @throws AppError `not_found` where the name is another's by now, or nobody's. */
function current(rows: Rows, { name, corpusId }: Pick<Corpus, 'name' | 'corpusId'>): Corpus {
  const corpus = findCorpus(rows, name);
  if (corpus?.corpusId === corpusId) return corpus;
  throw new AppError('not_found', `there is no corpus ${name} with the id ${corpusId}, any more`);
}
