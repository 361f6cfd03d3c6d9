import {
  AppError,
  type Corpus,
  type CorpusName,
  type CorpusStore,
  corpusOfRecord,
  type Generation,
  type GenerationRef,
  generationRef,
} from '@winnow/core';
import type { Connection } from './connection.ts';
import type { CurrentIndexes } from './current-indexes.ts';
import { ensureIndex } from './ensure-index.ts';
import { chunkIndexDefinition, manifestDefinition } from './index-definitions.ts';
import type { IndexNames } from './names.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';
import { deleteRuns, type RunRecord } from './run-store.ts';

/** A corpus as it is kept. */
export interface CorpusRecord extends StoredRecord {
  readonly name: string;
}

export interface CorpusStorePorts {
  readonly connection: Connection;
  readonly names: IndexNames;
  readonly corpora: RecordTable<CorpusRecord>;
  readonly runs: RecordTable<RunRecord>;
  readonly current: CurrentIndexes;
  /** Of the indexes of new generations. */
  readonly shards: number;
}

const maxCorpora = 10_000;
/** Rounds of compare-and-set; each round at least one of the writers that meet gets through. */
const maxRounds = 20;

/** Corpora in one index, and the indexes of their generations. */
export function createCorpusStore(ports: CorpusStorePorts): CorpusStore {
  const { connection, names, corpora, runs, current, shards } = ports;

  async function prepare(corpus: Corpus, generation: Generation): Promise<void> {
    const ref = generationRef(corpus, generation);
    const layout = { dimensions: generation.dimensions, shards };
    await Promise.all([
      ensureIndex(connection, names.manifest(ref), manifestDefinition(layout)),
      ensureIndex(connection, names.chunks(ref), chunkIndexDefinition(layout)),
    ]);
  }

  /** By name, one by one: an index that the record does not name is nobody's business here. */
  async function drop(ref: GenerationRef): Promise<void> {
    current.forget(ref);
    const index = [names.chunks(ref), names.manifest(ref)];
    await connection.write((client, options) =>
      client.indices.delete({ index, ignore_unavailable: true }, options),
    );
  }

  async function update(name: CorpusName, change: (corpus: Corpus) => Corpus | null): Promise<Corpus | null> {
    for (let round = 0; round < maxRounds; round += 1) {
      const found = await corpora.read(name);
      if (found === null) return null;
      const before = corpusOf(found.stored);
      const changed = change(before);
      if (changed === null) return before;
      if (await corpora.write(name, recordOf(changed), found.at)) return changed;
    }
    const message = `corpus ${name} is written by too many at once: try again`;
    throw new AppError('unavailable', message, { part: 'index' });
  }

  return {
    async create(corpus) {
      // The indexes come first: a corpus that can be found can be written and read. Their names are never used
      // again, so that those of a create that is broken off are in nobody's way.
      if ((await corpora.read(corpus.name)) !== null) throw taken(corpus.name);
      for (const generation of corpus.generations) await prepare(corpus, generation);
      if (!(await corpora.write(corpus.name, recordOf(corpus), null))) throw taken(corpus.name);
    },

    async get(name) {
      const found = await corpora.read(name);
      return found === null ? null : corpusOf(found.stored);
    },

    async list() {
      return (await corpora.search({ match_all: {} }, [{ name: 'asc' }], maxCorpora)).map(corpusOf);
    },

    async update({ name, corpusId }, change) {
      let isOther = false;
      const updated = await update(name, (corpus) => {
        isOther = corpus.corpusId !== corpusId;
        return isOther ? null : change(corpus);
      });
      if (updated === null || isOther) throw new AppError('not_found', `corpus ${name} is gone`);
      return updated;
    },

    async delete(name) {
      // The record goes last: a delete that is broken off is made an end of by the next.
      const corpus = await update(name, (before) =>
        before.deletingSince === null ? { ...before, deletingSince: new Date().toISOString() } : null,
      );
      if (corpus === null) return;
      for (const generation of corpus.generations) await drop(generationRef(corpus, generation));
      await deleteRuns(runs, name);
      await corpora.delete(name);
    },

    prepareGeneration: prepare,

    async dropGeneration(ref, signal) {
      signal.throwIfAborted();
      await drop(ref);
    },
  };
}

function recordOf(corpus: Corpus): CorpusRecord {
  return { name: corpus.name, record: JSON.stringify(corpus) };
}

function corpusOf(stored: CorpusRecord): Corpus {
  return corpusOfRecord(JSON.parse(stored.record));
}

function taken(name: CorpusName): AppError {
  return new AppError(
    'failed_precondition',
    `there is a corpus ${name} already: delete it first, or take another name`,
  );
}
