import { parseGiven } from '@winnow/core';
import { type Engine, type NewCorpus, scheduleRequestSchema } from '@winnow/engine';
import type { SetupChange } from './compare-setup.ts';
import type { WantedCorpus, WantedSource } from './setup-schema.ts';

/** Does one change. */
export async function applyChange(engine: Engine, change: SetupChange, signal: AbortSignal): Promise<void> {
  switch (change.kind) {
    case 'create':
      await createCorpus(engine, change.corpus, change.wanted, signal);
      return;
    case 'settings':
      await engine.corpora.change(change.corpus, change.changes);
      return;
    case 'source':
      await engine.sources.add(change.corpus, sourceOf(change.source), signal);
      return;
    case 'source-settings':
      await engine.sources.change(change.corpus, change.sourceId, {
        mailAttachments: change.mailAttachments,
      });
      return;
    case 'schedule':
      await engine.schedules.set(
        change.corpus,
        parseGiven(scheduleRequestSchema, change.schedule, 'the request'),
      );
  }
}

async function createCorpus(
  engine: Engine,
  name: string,
  { sources, language, embedder, chunkTokens, schedule: _, ...settings }: WantedCorpus,
  signal: AbortSignal,
): Promise<void> {
  const corpus: NewCorpus = {
    name,
    sources: sources.map(sourceOf),
    ...(language && { language }),
    ...(embedder && { embedder }),
    ...(chunkTokens && { chunkTokens }),
  };
  await engine.corpora.create(corpus, signal);
  await engine.corpora.change(name, settings);
}

function sourceOf({ path, name, include, exclude, fields, mailAttachments }: WantedSource) {
  return {
    path,
    ...(name !== undefined && { name }),
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(fields && { fields }),
    ...(mailAttachments && { mailAttachments }),
  };
}
