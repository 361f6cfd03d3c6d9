import { isDeepStrictEqual } from 'node:util';
import {
  AppError,
  type Corpus,
  type CorpusSource,
  generationRef,
  hasMailAttachments,
  isActive,
  type MailAttachments,
  maxSources,
  type RemovedSource,
  type SourceId,
  type Store,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { namedSource, type SourceRequest } from './named-source.ts';

/** A source that was added. */
export interface AddedSource {
  readonly corpus: Corpus;
  readonly source: CorpusSource;
  /** It had been removed, and takes up its documents that are still there. */
  readonly isBack: boolean;
}

/**
 * Gives a corpus another source. Nothing is read yet: the next plan sees its documents. A name that a removed source had
 * takes that one's place, with the ids of its documents: those that it still has are unchanged, and the others are gone.
 *
 * @throws AppError `failed_precondition` while a run is under way, or where the corpus has {@link maxSources};
 * `invalid_argument` for a name that is taken or cannot be, and a second source `push:`; what the look at the source throws.
 */
export async function addSource(
  ports: IngestPorts,
  corpus: Corpus,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<AddedSource> {
  const { source, isBack } = sourceFor(corpus, request);
  await ports.openSource(source.settings).check(signal);
  const changed = await updateSources(ports, corpus, (current) => {
    const { source: added } = sourceFor(current, request);
    return {
      ...current,
      sources: [...current.sources, added],
      removedSources: current.removedSources.filter(({ sourceId }) => sourceId !== added.sourceId),
    };
  });
  return { corpus: changed, source, isBack };
}

/**
 * Takes a source away from a corpus. Nothing is deleted: the next plan has its documents as gone, all of them, and the
 * deletion guard decides as for any others. Until then, adding it again undoes the removal.
 *
 * @throws AppError `failed_precondition` while a run is under way, or where it is the only one; `not_found` for one that
 * the corpus does not have.
 */
export async function removeSource(
  ports: IngestPorts,
  corpus: Corpus,
  sourceId: string,
): Promise<{ readonly corpus: Corpus; readonly removed: RemovedSource }> {
  requireRemovable(corpus, sourceId);
  const forgotten = await forgettable(ports.store, corpus);
  const removedAt = ports.now().toISOString();
  const changed = await updateSources(ports, corpus, (current) => {
    const removed = { ...requireRemovable(current, sourceId), removedAt };
    const remembered = current.removedSources.filter((each) => !forgotten.has(each.sourceId));
    if (remembered.length >= maxSources) {
      throw new AppError(
        'failed_precondition',
        `documents of ${remembered.length} removed sources are still in corpus ${current.name}: winnow ingest ${current.name} deletes them`,
      );
    }
    return {
      ...current,
      sources: current.sources.filter((each) => each.sourceId !== sourceId),
      removedSources: [...remembered, removed],
    };
  });
  return { corpus: changed, removed: { ...requireRemovable(corpus, sourceId), removedAt } };
}

/** What can be changed of a source that is there. */
export interface SourceChanges {
  readonly mailAttachments: MailAttachments;
}

/**
 * Changes what was chosen of a source. Nothing is read yet: the next plan says what follows of it, as changed, new and gone
 * documents, and the deletion guard decides as for any others.
 *
 * @throws AppError `failed_precondition` while a run is under way; `not_found` for one that the corpus does not have;
 * `invalid_argument` for what cannot be chosen of it.
 */
export async function changeSource(
  ports: Pick<IngestPorts, 'store'>,
  corpus: Corpus,
  sourceId: string,
  changes: SourceChanges,
): Promise<{ readonly corpus: Corpus; readonly source: CorpusSource }> {
  const source = changedSource(requireSource(corpus, sourceId), changes);
  const changed = await updateSources(ports, corpus, (current) => {
    requireSource(current, sourceId);
    return {
      ...current,
      sources: current.sources.map((each) =>
        each.sourceId === sourceId ? changedSource(each, changes) : each,
      ),
    };
  });
  return { corpus: changed, source };
}

function changedSource({ settings, ...rest }: CorpusSource, changes: SourceChanges): CorpusSource {
  if (!hasMailAttachments(settings)) {
    throw new AppError(
      'invalid_argument',
      `source ${rest.sourceId} is no folder and no bucket: attachments of its mails are parts of them`,
    );
  }
  const { mailAttachments: _, ...others } = settings;
  const isDocuments = changes.mailAttachments === 'documents';
  return { ...rest, settings: { ...others, ...(isDocuments && { mailAttachments: 'documents' as const }) } };
}

/** Whether any generation that is kept has documents of a source. */
export async function hasDocumentsOf(
  { manifest }: Pick<Store, 'manifest'>,
  corpus: Corpus,
  sourceId: SourceId,
): Promise<boolean> {
  for (const generation of corpus.generations.filter(({ state }) => state !== 'dropped')) {
    const [first] = await manifest.list(generationRef(corpus, generation), {
      states: ['pending', 'live', 'failed'],
      sourceId,
      limit: 1,
    });
    if (first !== undefined) return true;
  }
  return false;
}

/** Removed sources of which nothing is left. Of one that documents were pushed to, nothing is kept from then on. */
async function forgettable(store: Store, corpus: Corpus): Promise<ReadonlySet<SourceId>> {
  const forgotten = new Set<SourceId>();
  for (const { sourceId, settings } of corpus.removedSources) {
    if (await hasDocumentsOf(store, corpus, sourceId)) continue;
    if (settings.kind === 'push') await store.contents.clear(settings.place);
    forgotten.add(sourceId);
  }
  return forgotten;
}

/**
 * A run compares source after source, and proves by what it has listed that a document is gone: its corpus keeps the
 * sources that it began with. Of a run that begins at the same time one of the two wins, since both write the corpus.
 */
async function updateSources(
  { store }: Pick<IngestPorts, 'store'>,
  corpus: Corpus,
  change: (current: Corpus) => Corpus,
): Promise<Corpus> {
  for (const runId of Object.values(corpus.activeRuns)) {
    const run = await store.runs.get(runId);
    if (run !== null && isActive(run)) throw busy(corpus, `run ${runId}`);
  }
  return await store.corpora.update(corpus, (current) => {
    if (!isDeepStrictEqual(current.activeRuns, corpus.activeRuns)) throw busy(corpus, 'a run');
    return change(current);
  });
}

function busy({ name }: Corpus, run: string): AppError {
  return new AppError(
    'failed_precondition',
    `${run} of corpus ${name} is under way, and its sources stay until it has ended: winnow runs ${name} shows it, winnow cancel ends it`,
  );
}

function sourceFor(
  { name, sources, removedSources }: Corpus,
  { id, settings }: SourceRequest,
): { readonly source: CorpusSource; readonly isBack: boolean } {
  const asked = namedSource({ id, settings });
  const { sourceId } = asked;
  if (sources.some((each) => each.sourceId === sourceId)) {
    throw new AppError(
      'invalid_argument',
      `corpus ${name} has a source ${sourceId} already: give this one another name, as in NAME=PATH`,
    );
  }
  const isPush = settings.kind === 'push';
  if (isPush && sources.some((each) => each.settings.kind === 'push')) {
    throw new AppError('invalid_argument', 'a corpus has one source push: at most');
  }
  if (sources.length >= maxSources) {
    throw new AppError(
      'failed_precondition',
      `corpus ${name} has ${maxSources} sources, and more it cannot have`,
    );
  }
  const former = removedSources.find((each) => each.sourceId === sourceId);
  if (former === undefined) return { source: asked, isBack: false };
  if (isPush !== (former.settings.kind === 'push')) {
    throw new AppError(
      'invalid_argument',
      `the removed source ${sourceId} of corpus ${name} was of another kind: give this one another name, as in NAME=PATH`,
    );
  }
  // What was pushed is still where it was.
  const { prefix } = former;
  const own =
    settings.kind === 'push' && former.settings.kind === 'push'
      ? { ...settings, place: former.settings.place }
      : settings;
  return { source: { sourceId, prefix, settings: own }, isBack: true };
}

function requireRemovable(corpus: Corpus, sourceId: string): CorpusSource {
  const source = requireSource(corpus, sourceId);
  if (corpus.sources.length > 1) return source;
  throw new AppError(
    'failed_precondition',
    `${sourceId} is the only source of corpus ${corpus.name}: winnow corpus delete ${corpus.name} removes the corpus`,
  );
}

function requireSource({ name, sources }: Corpus, sourceId: string): CorpusSource {
  const source = sources.find((each) => each.sourceId === sourceId);
  if (source !== undefined) return source;
  const known = sources.map((each) => each.sourceId).join(', ');
  throw new AppError(
    'not_found',
    `corpus ${name} has no source ${JSON.stringify(sourceId.slice(0, 80))}: it has ${known}`,
  );
}
