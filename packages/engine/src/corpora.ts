import { withChanges } from '@winnow/core';
import { cancelRun, createCorpus, type IngestPorts } from '@winnow/ingestion';
import { createCorporaView } from './corpora-view.ts';
import { summarise } from './corpus-summary.ts';
import type { EngineCorpora } from './engine-corpora.ts';
import type { Models } from './models/models.ts';
import type { SampleText } from './prepare/sample-text.ts';
import { requireCorpus, requireWholeCorpus } from './require-corpus.ts';
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
      return await summarise(store, corpus);
    },
    ...createCorporaView(store),
    async change(name, changes) {
      const corpus = await requireWholeCorpus(store, name);
      const changed = await store.corpora.update(corpus, (current) => withChanges(current, changes));
      if (changes.recording?.enabled === false) {
        await store.queryLog.forget(corpus.corpusId, ingest.now().toISOString());
      }
      return await summarise(store, changed);
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

/** What was said; what was not leaves that to others. */
function choicesOf({ include, exclude, fields, mailAttachments }: Omit<NewSource, 'path' | 'name'>) {
  return {
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(fields && { fields }),
    ...(mailAttachments && { mailAttachments }),
  };
}
