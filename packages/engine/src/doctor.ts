import { examine, type IngestPorts, repair } from '@winnow/ingestion';
import type { EngineDoctor } from './engine.ts';
import { requireWholeCorpus } from './require-corpus.ts';
import type { EngineRunsOfProcess } from './runs.ts';

export function createEngineDoctor(ingest: IngestPorts, runs: EngineRunsOfProcess): EngineDoctor {
  return {
    async examine(name, { onProgress, forRepair = false }, signal) {
      const corpus = await requireWholeCorpus(ingest.store, name);
      if (forRepair) await runs.cancelAbandoned(corpus);
      return await examine(ingest, corpus, onProgress === undefined ? {} : { onProgress }, signal);
    },
    async repair(name, report, signal) {
      const corpus = await requireWholeCorpus(ingest.store, name);
      const beforeStart = () => runs.cancelAbandoned(corpus);
      const { run } = await repair(ingest, corpus, report, { beforeStart, signal });
      return run === null ? null : await runs.begun(run);
    },
  };
}
