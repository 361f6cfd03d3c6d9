import {
  AppError,
  type ContentChange,
  type ContentOutcome,
  type Corpus,
  type CorpusSource,
  type DocumentId,
  isRemoved,
  liveGeneration,
  liveRef,
  type ManifestEntry,
  requireRestored,
  type SourceSettings,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { pushRunOf } from './push-run.ts';
import { settlePushed } from './settle-pushed.ts';

/** What became of a pushed document. */
export interface Pushed {
  readonly documentId: DocumentId;
  /** `taken_id`: another source of the corpus has a document of that id. */
  readonly outcome: ContentOutcome | 'taken_id';
  /** As the manifest has it by now; null where it has none. */
  readonly entry: ManifestEntry | null;
}

/** The source of a corpus that documents are pushed to. */
export interface PushedSource extends CorpusSource {
  readonly settings: Extract<SourceSettings, { kind: 'push' }>;
}

/**
 * Takes documents that are pushed, and deletes: what is answered for is in the content store and in the manifest, both
 * durable, and workers have been told. Making the same call again changes nothing more.
 * @returns in the order of the changes.
 * @throws AppError `failed_precondition` where documents cannot be pushed to the corpus; `not_found` where it is gone.
 */
export async function pushDocuments(
  ports: IngestPorts,
  corpus: Corpus,
  changes: readonly ContentChange[],
  signal: AbortSignal,
): Promise<readonly Pushed[]> {
  requireRestored(corpus);
  const source = requirePushSource(corpus);
  const { contents, manifest } = ports.store;
  const ref = liveRef(corpus);
  const ids = [...new Set(changes.map(({ documentId }) => documentId))];
  const known = await manifest.get(ref, ids);
  const isTaken = ({ documentId }: ContentChange): boolean => {
    const entry = known.get(documentId);
    if (entry === undefined || entry.state === 'deleted') return false;
    return entry.sourceId !== source.sourceId && !isRemoved(corpus, entry.sourceId);
  };
  const own = changes.filter((change) => !isTaken(change));
  const outcomes = await contents.put(source.settings.place, own);
  const ownIds = [...new Set(own.map(({ documentId }) => documentId))];
  const entries = await settled(ports, { corpus, source, documentIds: ownIds, signal });
  const outcomeOf = new Map(own.map((change, at) => [change, outcomes[at]]));
  return changes.map((change) => ({
    documentId: change.documentId,
    outcome: outcomeOf.get(change) ?? 'taken_id',
    entry: entries.get(change.documentId) ?? null,
  }));
}

/** @throws AppError `failed_precondition` with what makes one. */
export function requirePushSource({ name, sources }: Corpus): PushedSource {
  const source = sources.find((each): each is PushedSource => each.settings.kind === 'push');
  if (source !== undefined) return source;
  throw new AppError(
    'failed_precondition',
    `no documents can be pushed to corpus ${name}: it has no source push:. winnow source add ${name} pushed=push: gives it one`,
  );
}

async function settled(
  ports: IngestPorts,
  given: Omit<Parameters<typeof settlePushed>[1], 'run'>,
): Promise<ReadonlyMap<DocumentId, ManifestEntry>> {
  const { corpus, source } = given;
  try {
    const run = await pushRunOf(ports, corpus, liveGeneration(corpus));
    return await settlePushed(ports, { ...given, run });
  } catch (thrown) {
    // Written after the delete of the corpus has looked for it, it would stay for ever.
    const current = await ports.store.corpora.get(corpus.name);
    if (current?.corpusId === corpus.corpusId && current.deletingSince === null) throw thrown;
    await ports.store.contents.clear(source.settings.place);
    throw new AppError('not_found', `corpus ${corpus.name} is gone`, { cause: thrown });
  }
}
