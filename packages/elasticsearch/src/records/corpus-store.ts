import {
  type AppError,
  type Corpus,
  type CorpusName,
  type CorpusStore,
  corpusOfRecord,
  generationRef,
} from '@winnow/core';
import { indexError } from '../connection/index-error.ts';
import {
  dropGeneration,
  type GenerationPorts,
  prepareGeneration,
  publishGeneration,
} from '../indexes/generation-indexes.ts';
import { removeLeftovers } from '../indexes/leftover-indexes.ts';
import type { Refresher } from '../indexes/refresher.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';
import { deleteRuns, type RunRecord } from './run-store.ts';

/** A corpus as it is kept. */
export interface CorpusRecord extends StoredRecord {
  readonly name: string;
}

export interface CorpusStorePorts extends GenerationPorts {
  readonly corpora: RecordTable<CorpusRecord>;
  readonly runs: RecordTable<RunRecord>;
  readonly refresher: Refresher;
  /** Removes what is kept beside a corpus. */
  removeKept(corpus: Corpus): Promise<void>;
}

const maxCorpora = 10_000;

/** Corpora in one index, and the indexes of their generations. */
export function createCorpusStore(ports: CorpusStorePorts): CorpusStore {
  const { corpora, runs } = ports;

  async function read(name: CorpusName): Promise<Corpus | null> {
    const stored = await corpora.read(name);
    return stored === null ? null : corpusOf(stored);
  }

  async function update(name: CorpusName, change: (corpus: Corpus) => Corpus | null): Promise<Corpus | null> {
    const stored = await corpora.update(name, (before) => {
      const changed = change(corpusOf(before));
      return changed === null ? null : recordOf(changed);
    });
    return stored === null ? null : corpusOf(stored);
  }

  return {
    async create(corpus) {
      // The indexes come first: a corpus that can be found can be written and read. Their names are never used
      // again, so that those of a create that is broken off are in nobody's way.
      const before = await read(corpus.name);
      if (before !== null) throw taken(before);
      for (const generation of corpus.generations) await prepareGeneration(ports, corpus, generation);
      if (await corpora.create(corpus.name, recordOf(corpus))) return;
      const first = await read(corpus.name);
      const kept = new Set(first?.generations.map(({ physicalName }) => physicalName));
      for (const generation of corpus.generations) {
        if (kept.has(generation.physicalName)) continue;
        await dropGeneration(ports, generationRef(corpus, generation));
      }
      throw taken(first ?? corpus);
    },

    get: read,

    async list() {
      return (await corpora.search({ match_all: {} }, [{ name: 'asc' }], maxCorpora)).map(corpusOf);
    },

    async update({ name, corpusId }, change) {
      const updated = await update(name, (corpus) => (corpus.corpusId === corpusId ? change(corpus) : null));
      if (updated?.corpusId === corpusId) return updated;
      throw gone(name);
    },

    async delete(name) {
      // The record goes last: a delete that is broken off is made an end of by the next.
      const corpus = await update(name, (before) =>
        before.deletingSince === null ? { ...before, deletingSince: new Date().toISOString() } : null,
      );
      if (corpus === null) return;
      for (const generation of corpus.generations) {
        await dropGeneration(ports, generationRef(corpus, generation));
      }
      await deleteRuns(runs, corpus);
      await ports.removeKept(corpus);
      await corpora.delete(name, (stored) => corpusOf(stored).corpusId === corpus.corpusId);
    },

    async prepareGeneration(corpus, generation) {
      const current = await read(corpus.name);
      // A delete that has begun has its list of generations, and would leave this one.
      if (current?.corpusId !== corpus.corpusId || current.deletingSince !== null) throw gone(corpus.name);
      await prepareGeneration(ports, corpus, generation);
    },

    removeLeftovers: (options) => removeLeftovers({ ...ports, read }, options),

    publishGeneration: (ref) => publishGeneration(ports, ref),

    dropGeneration: (ref, signal) => dropGeneration(ports, ref, signal),
  };
}

function recordOf(corpus: Corpus): CorpusRecord {
  return { name: corpus.name, record: JSON.stringify(corpus) };
}

export function corpusOf(stored: CorpusRecord): Corpus {
  return corpusOfRecord(JSON.parse(stored.record));
}

function gone(name: CorpusName): AppError {
  return indexError('not_found', `corpus ${name} is gone`);
}

function taken({ name, deletingSince }: Corpus): AppError {
  return indexError(
    'failed_precondition',
    deletingSince === null
      ? `there is a corpus ${name} already: delete it first, or take another name`
      : `the deletion of corpus ${name} was broken off: delete it once more`,
  );
}
