import { AppError, type Corpus, type CorpusStore } from '@winnow/core';
import type { Database } from './database.ts';
import { createGeneration, dropGenerations } from './generations.ts';

/** What is kept in memory of generations, and is to be forgotten with them. */
export interface GenerationMemory {
  drop(generationId: number): void;
}

/** Corpora as rows of JSON. */
export function createCorpora(database: Database, memories: readonly GenerationMemory[]): CorpusStore {
  const find = (name: string): Corpus | null => {
    const row = database.get<{ body: string }>('SELECT body FROM corpus WHERE name = ?', name);
    return row === undefined ? null : JSON.parse(row.body);
  };
  return {
    async create(corpus) {
      database.write(() => {
        if (find(corpus.name) !== null) {
          throw new AppError('failed_precondition', `there is a corpus named ${corpus.name} already`);
        }
        database.run('INSERT INTO corpus (name, body) VALUES (?, ?)', corpus.name, JSON.stringify(corpus));
        createGeneration(database, { corpus: corpus.name, generation: corpus.generation }, corpus.dimensions);
      });
    },
    async get(name) {
      return find(name);
    },
    async list() {
      return database
        .all<{ body: string }>('SELECT body FROM corpus ORDER BY name')
        .map((row) => JSON.parse(row.body));
    },
    async delete(name) {
      const dropped = database.write(() => {
        database.run('DELETE FROM run WHERE corpus = ?', name);
        database.run('DELETE FROM corpus WHERE name = ?', name);
        return dropGenerations(database, name);
      });
      for (const id of dropped) for (const memory of memories) memory.drop(id);
    },
  };
}
