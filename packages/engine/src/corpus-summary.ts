import { type Corpus, liveGeneration, liveRef, type Store } from '@winnow/core';
import { activeRun } from '@winnow/ingestion/active-run';
import type { CorpusSummary } from './engine-corpora.ts';

/** A corpus as it is shown. */
export async function summarise(store: Store, corpus: Corpus): Promise<CorpusSummary> {
  const generation = liveGeneration(corpus);
  const isWhole = corpus.deletingSince === null;
  const tally = isWhole ? await store.manifest.tally(liveRef(corpus)) : null;
  const run = isWhole ? await activeRun({ store }, corpus, generation) : null;
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
