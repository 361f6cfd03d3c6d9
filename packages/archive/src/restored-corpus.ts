import {
  AppError,
  type Corpus,
  type CorpusId,
  type CorpusName,
  type CorpusSource,
  corpusDefaults,
  corpusVersion,
  createContentPlace,
  parseCorpusName,
  physicalNameOf,
  type Restoring,
  type SourceId,
  type SourceSettings,
  sourceSettingsSchema,
  unread,
} from '@winnow/core';
import type { ArchiveHeader } from './archive-format.ts';

/** A source that is somewhere else on this machine; null: the only one that the archive has. */
export interface MovedSource {
  readonly sourceId: string | null;
  readonly settings: SourceSettings;
}

export interface RestoredCorpusOptions {
  readonly name: CorpusName;
  /** Never used before. */
  readonly corpusId: CorpusId;
  readonly moved: readonly MovedSource[];
  /** Version of the analysis that search terms are made by, now. */
  readonly analysis: string;
  readonly restoring: Restoring;
}

/**
 * The corpus that an archive is restored to, without its golden queries: one generation, which nobody reads before the
 * restore is at its end. What it is made with is as in the archive, but for the search terms, which are made anew.
 */
export function restoredCorpus(header: ArchiveHeader, options: RestoredCorpusOptions): Corpus {
  const { name, corpusId, moved, analysis, restoring } = options;
  const { language, sources, deletionGuard, verification, keepRetiredHours, recording } = header.corpus;
  const { removedSources = [] } = header.corpus;
  const { fingerprints, ...generation } = header.generation;
  const createdAt = restoring.since;
  return {
    ...corpusDefaults,
    version: corpusVersion,
    corpusId,
    name,
    sources: movedTo(sources, moved).map(withOwnPlace),
    removedSources: removedSources.map(withOwnPlace),
    language,
    deletionGuard,
    verification,
    keepRetiredHours,
    recording,
    generations: [
      {
        ...unread,
        ...generation,
        number: 1,
        physicalName: physicalNameOf(name, corpusId, 1),
        state: 'live',
        fingerprints: { ...fingerprints, analysis },
        builtFrom: null,
        createdAt,
      },
    ],
    liveGeneration: 1,
    buildingGeneration: null,
    lastGeneration: 1,
    activeRuns: { '1': restoring.runId },
    deletingSince: null,
    restoring,
    createdAt,
  };
}

/**
 * The sources with those that were moved in their new places; of a folder, which files are taken stays as it was, and
 * what was pushed stays where it is.
 * @throws AppError `invalid_argument` for a place of a source that the archive has not; `failed_precondition` for a kind
 * of source that is not known.
 */
export function movedTo(
  sources: readonly CorpusSource[],
  moved: readonly MovedSource[],
): readonly CorpusSource[] {
  const places = new Map(moved.map(({ sourceId, settings }) => [movedId(sources, sourceId), settings]));
  return sources.map((source) => {
    const place = places.get(source.sourceId);
    const settings = place === undefined ? source.settings : inPlace(source.settings, place);
    requireKnown(source, settings);
    return { ...source, settings };
  });
}

/** Where two corpora had one place, a delete of one would empty it. */
function withOwnPlace<Source extends CorpusSource>(source: Source): Source {
  const { settings } = source;
  if (settings.kind !== 'push') return source;
  return { ...source, settings: { ...settings, place: createContentPlace() } };
}

/** Where documents are pushed to, by source, removed ones too. */
export function pushPlacesOf({
  sources,
  removedSources,
}: Pick<Corpus, 'sources' | 'removedSources'>): ReadonlyMap<SourceId, string> {
  return new Map(
    [...sources, ...removedSources].flatMap(({ sourceId, settings }): [SourceId, string][] =>
      settings.kind === 'push' ? [[sourceId, settings.place]] : [],
    ),
  );
}

function movedId(sources: readonly CorpusSource[], sourceId: string | null): string {
  const ids: readonly string[] = sources.map((source) => source.sourceId);
  const [only, ...others] = ids;
  if (sourceId === null && only !== undefined && others.length === 0) return only;
  if (sourceId !== null && ids.includes(sourceId)) return sourceId;
  throw new AppError(
    'invalid_argument',
    sourceId === null
      ? `the archive has several sources: say which is meant, as in --source ${only}=PATH`
      : `the archive has no source ${sourceId}: it has ${ids.join(', ')}`,
  );
}

function inPlace(before: SourceSettings, place: SourceSettings): SourceSettings {
  if (before.kind === 'push' && place.kind === 'push') return before;
  if (before.kind !== 'folder' || place.kind !== 'folder') return place;
  return { ...before, path: place.path };
}

function requireKnown({ sourceId }: CorpusSource, settings: SourceSettings): void {
  const known = sourceSettingsSchema.options.map((option) => option.shape.kind.value);
  if (known.includes(settings.kind)) return;
  throw new AppError(
    'failed_precondition',
    `source ${sourceId} is of a kind (${settings.kind}) that this Winnow does not know: update, or give it another place by --source ${sourceId}=PATH`,
  );
}

/** @throws AppError `invalid_argument` for a name that cannot be. */
export function nameFor(header: ArchiveHeader, as: string | undefined): CorpusName {
  return parseCorpusName(as ?? header.corpus.name);
}
