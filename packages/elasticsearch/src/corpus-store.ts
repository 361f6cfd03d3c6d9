import { AppError, type Corpus, type CorpusName, type CorpusStore } from '@winnow/core';
import type { Connection } from './connection.ts';
import { ensureIndex } from './ensure-index.ts';
import { chunkIndexDefinition, manifestDefinition } from './index-definitions.ts';
import type { IndexNames } from './names.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';
import { deleteRuns, type RunRecord } from './run-store.ts';

/** A corpus as it is kept. */
export interface CorpusRecord extends StoredRecord {
  readonly name: string;
}

const maxCorpora = 10_000;

/** Corpora in one index, and the indexes of their generations. */
export function createCorpusStore(
  connection: Connection,
  names: IndexNames,
  corpora: RecordTable<CorpusRecord>,
  runs: RecordTable<RunRecord>,
): CorpusStore {
  return {
    async create(corpus) {
      // The indexes come first: a corpus that can be found can be written and read.
      if ((await corpora.read(corpus.name)) !== null) throw taken(corpus.name);
      const ref = { corpus: corpus.name, generation: corpus.generation };
      await Promise.all([
        ensureIndex(connection, names.manifest(ref), manifestDefinition(corpus)),
        ensureIndex(connection, names.chunks(ref), chunkIndexDefinition(corpus)),
      ]);
      await connection.write((client, options) =>
        client.indices.updateAliases(
          { actions: [{ add: { index: names.chunks(ref), alias: names.live(corpus.name) } }] },
          options,
        ),
      );
      const record = { name: corpus.name, record: JSON.stringify(corpus) };
      if (!(await corpora.write(corpus.name, record, null))) throw taken(corpus.name);
    },

    async get(name) {
      const found = await corpora.read(name);
      return found === null ? null : corpusOf(found.stored);
    },

    async list() {
      return (await corpora.search({ match_all: {} }, [{ name: 'asc' }], maxCorpora)).map(corpusOf);
    },

    async delete(name) {
      // The record goes last: a delete that is broken off can be made again. Leftovers of a create that
      // was broken off go too.
      const index = await generationIndexes(connection, names, name);
      if (index.length > 0) {
        await connection.write((client, options) =>
          client.indices.delete({ index, ignore_unavailable: true }, options),
        );
      }
      await deleteRuns(runs, name);
      await corpora.delete(name);
    },
  };
}

async function generationIndexes(
  connection: Connection,
  names: IndexNames,
  name: CorpusName,
): Promise<string[]> {
  const answer = await connection.read((client, options) =>
    client.indices.get({ index: names.generationsOf(name), features: ['settings'] }, options),
  );
  return Object.keys(answer);
}

function corpusOf(stored: CorpusRecord): Corpus {
  return JSON.parse(stored.record) as Corpus;
}

function taken(name: CorpusName): AppError {
  return new AppError(
    'failed_precondition',
    `there is a corpus ${name} already: delete it first, or take another name`,
  );
}
