import { type CorpusSource, mailAttachmentsOf, type RemovedSource, sourceAddress } from '@winnow/core';
import { addSource, changeSource, hasDocumentsOf, type IngestPorts, removeSource } from '@winnow/ingestion';
import { requireWholeCorpus } from '../require-corpus.ts';
import type { EngineSources, SourceView } from './engine-sources.ts';
import { sourceOf } from './source-of.ts';

export function createEngineSources(ingest: IngestPorts): EngineSources {
  const { store } = ingest;
  return {
    async list(name) {
      const corpus = await requireWholeCorpus(store, name);
      const left: RemovedSource[] = [];
      for (const source of corpus.removedSources) {
        if (await hasDocumentsOf(store, corpus, source.sourceId)) left.push(source);
      }
      return [...corpus.sources, ...left].map(viewOf);
    },
    async add(name, source, signal) {
      const corpus = await requireWholeCorpus(store, name);
      const added = await addSource(ingest, corpus, await sourceOf(source, source), signal);
      return { ...viewOf(added.source), isBack: added.isBack };
    },
    async change(name, sourceId, changes) {
      const corpus = await requireWholeCorpus(store, name);
      return viewOf((await changeSource(ingest, corpus, sourceId, changes)).source);
    },
    async remove(name, sourceId) {
      const corpus = await requireWholeCorpus(store, name);
      return viewOf((await removeSource(ingest, corpus, sourceId)).removed);
    },
  };
}

function viewOf({ sourceId, prefix, settings, ...rest }: CorpusSource | RemovedSource): SourceView {
  const removedAt = 'removedAt' in rest ? rest.removedAt : null;
  const mailAttachments = mailAttachmentsOf(settings);
  return {
    sourceId,
    kind: settings.kind,
    address: sourceAddress(settings),
    prefix,
    mailAttachments,
    removedAt,
  };
}
