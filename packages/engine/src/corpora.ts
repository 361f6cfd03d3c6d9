import {
  AppError,
  type Corpus,
  liveGeneration,
  liveRef,
  parseCorpusName,
  requireRestored,
  type Store,
  withChanges,
} from '@winnow/core';
import { activeRun, cancelRun, createCorpus, type IngestPorts } from '@winnow/ingestion';
import type { CorpusSummary, EngineCorpora } from './engine-corpora.ts';
import type { Models } from './models/models.ts';
import type { SampleText } from './prepare/sample-text.ts';
import type { NewSource } from './sources/engine-sources.ts';
import { sourceOf } from './sources/source-of.ts';

export interface CorporaPorts {
  readonly ingest: IngestPorts;
  readonly models: Models;
  readonly sampleText: SampleText;
}

export function createEngineCorpora({ ingest, models, sampleText }: CorporaPorts): EngineCorpora {
  const { store } = ingest;
  return {
    async create(request, signal) {
      const corpus = await createCorpus(
        {
          ...ingest,
          sampleText,
          loadEmbedder: async (name) => (await models.load(name)).embedder,
        },
        {
          ...request,
          sources: await Promise.all(
            request.sources.map((each) => sourceOf(each, { ...choicesOf(request), ...choicesOf(each) })),
          ),
        },
        signal,
      );
      return await summarise(ingest, corpus);
    },
    async list() {
      const corpora = await store.corpora.list();
      return await Promise.all(corpora.map((corpus) => summarise(ingest, corpus)));
    },
    async show(name) {
      return await summarise(ingest, await requireCorpus(store, name));
    },
    async change(name, changes) {
      const corpus = await requireWholeCorpus(store, name);
      const changed = await store.corpora.update(corpus, (current) => withChanges(current, changes));
      if (changes.recording?.enabled === false) {
        await store.queryLog.forget(corpus.corpusId, ingest.now().toISOString());
      }
      return await summarise(ingest, changed);
    },
    async delete(name) {
      const corpus = await requireCorpus(store, name);
      for (const run of await store.runs.active()) {
        if (run.corpus === corpus.name) await cancelRun(ingest, run.runId, 'its corpus was deleted');
      }
      await store.corpora.delete(corpus.name);
    },
  };
}

/** @throws AppError `not_found`, which names no other corpus: who may ask for one may not know of all. */
export async function requireCorpus(store: Store, name: string): Promise<Corpus> {
  const corpus = await store.corpora.get(parseCorpusName(name));
  if (corpus !== null) return corpus;
  throw new AppError('not_found', `no corpus ${name}: winnow corpus list shows those there are`);
}

/**
 * @throws AppError `not_found` for a corpus of which a part may be gone already, `failed_precondition` for one of which
 * a part is not there yet.
 */
export async function requireWholeCorpus(store: Store, name: string): Promise<Corpus> {
  const corpus = await requireCorpus(store, name);
  requireRestored(corpus);
  if (corpus.deletingSince === null) return corpus;
  throw new AppError('not_found', `corpus ${name} is being deleted: winnow corpus delete ${name} ends it`);
}

async function summarise(ingest: IngestPorts, corpus: Corpus): Promise<CorpusSummary> {
  const generation = liveGeneration(corpus);
  const isWhole = corpus.deletingSince === null;
  const tally = isWhole ? await ingest.store.manifest.tally(liveRef(corpus)) : null;
  const run = isWhole ? await activeRun(ingest, corpus, generation) : null;
  const { name, corpusId, language, sources, deletionGuard, deletingSince, createdAt } = corpus;
  const { verification, keepRetiredHours, recording, golden } = corpus;
  const { embedder, dimensions, chunking, fingerprints } = generation;
  return {
    name,
    corpusId,
    documents: tally?.searchable ?? 0,
    pending: tally?.pending ?? 0,
    failed: tally === null ? 0 : tally.failed - tally.dismissed,
    chunks: tally?.chunks ?? 0,
    embedder,
    dimensions,
    language,
    chunking,
    sources,
    deletionGuard,
    verification,
    keepRetiredHours,
    recording,
    golden,
    generation: generation.number,
    fingerprints,
    activeRun: run?.runId ?? null,
    deletingSince,
    restoringSince: corpus.restoring?.since ?? null,
    createdAt,
  };
}

/** What was said; what was not leaves that to others. */
function choicesOf({ include, exclude, fields }: Pick<NewSource, 'include' | 'exclude' | 'fields'>) {
  return { ...(include && { include }), ...(exclude && { exclude }), ...(fields && { fields }) };
}
