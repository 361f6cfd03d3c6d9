import {
  type Corpus,
  type DocumentId,
  type DocumentKey,
  documentKeyOf,
  type GenerationRef,
  isRemoved,
  type ManifestEntry,
  type Uncovered,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { openCorpusSource } from './corpus-source.ts';
import { addUncovered, isUncovered } from './deletion-guard.ts';
import type { DocumentIdSet } from './document-id-set.ts';
import type { Selection } from './selection.ts';

/** Entries looked at in one go. */
const pageSize = 1_000;

/** What a walk through the manifest looks for. */
export interface GoneQuery {
  readonly ref: GenerationRef;
  /** Of a build, which knows nothing of what it did not list: the live generation, where lost places are looked for too. */
  readonly beside: GenerationRef | null;
  readonly corpus: Corpus;
  readonly listed: DocumentIdSet;
  readonly uncovered: readonly Uncovered[];
  /** Only what it lets go; null or left out: whatever is gone. */
  readonly selection?: Selection | null;
}

export interface GonePage {
  readonly entries: readonly ManifestEntry[];
  /** Gone too, and not to go by the selection. */
  readonly leftOut: readonly DocumentId[];
  /** Places that turned out to be lost, with documents of the manifest in each of them. */
  readonly lost: readonly Uncovered[];
  /** Where the walk goes on; null at its end. */
  readonly after: DocumentKey | null;
}

/**
 * Documents of the manifest that are no longer at their source, a page at a time: not listed, in a place that was
 * looked into, and not there when the source is asked for each of them. Those of a source that somebody removed are
 * gone by that; of a source that the corpus never had nothing is known.
 */
export async function gonePage(
  ports: Pick<IngestPorts, 'store' | 'openSource'>,
  query: GoneQuery,
  after: DocumentKey | null,
  signal: AbortSignal,
): Promise<GonePage> {
  const page = await entriesBehind(ports, query.ref, after);
  const entries: ManifestEntry[] = [];
  const leftOut: DocumentId[] = [];
  let lost: readonly Uncovered[] = [];
  for (const entry of page) {
    if (query.listed.has(entry.documentId) || isUncovered(entry, query.uncovered)) continue;
    if (isUncovered(entry, lost)) continue;
    if (!(await isGone(ports, query.corpus, entry, signal))) {
      lost = addUncovered(lost, await lostPlaces(ports, query.corpus, entry, signal));
      continue;
    }
    if (query.selection?.removes(entry.documentId) === false) leftOut.push(entry.documentId);
    else entries.push(entry);
  }
  const last = page.at(-1);
  const isEnd = page.length < pageSize || last === undefined;
  const next = isEnd ? null : documentKeyOf(last.documentId);
  const besides =
    query.beside === null ? [] : await lostBeside(ports, query, query.beside, after, next, signal);
  return { entries, leftOut, lost: addUncovered(lost, besides), after: next };
}

async function entriesBehind(
  { store }: Pick<IngestPorts, 'store'>,
  ref: GenerationRef,
  after: DocumentKey | null,
): Promise<readonly ManifestEntry[]> {
  return await store.manifest.list(ref, {
    states: ['pending', 'live', 'failed'],
    limit: pageSize,
    ...(after !== null && { after, stale: true }),
  });
}

/** Lost places of documents that another generation has behind one key and up to another; null: up to its end. */
async function lostBeside(
  ports: Pick<IngestPorts, 'store' | 'openSource'>,
  { corpus, listed, uncovered }: GoneQuery,
  beside: GenerationRef,
  behind: DocumentKey | null,
  last: DocumentKey | null,
  signal: AbortSignal,
): Promise<readonly Uncovered[]> {
  let lost: readonly Uncovered[] = [];
  for (let after = behind; ; ) {
    signal.throwIfAborted();
    const page = await entriesBehind(ports, beside, after);
    for (const entry of page) {
      after = documentKeyOf(entry.documentId);
      if (last !== null && after > last) return lost;
      if (listed.has(entry.documentId) || isUncovered(entry, uncovered) || isUncovered(entry, lost)) continue;
      lost = addUncovered(lost, await lostPlaces(ports, corpus, entry, signal));
    }
    if (page.length < pageSize) return lost;
  }
}

async function isGone(
  ports: Pick<IngestPorts, 'openSource' | 'store'>,
  corpus: Corpus,
  { documentId, sourceId, location, updatedAt }: ManifestEntry,
  signal: AbortSignal,
): Promise<boolean> {
  const source = corpus.sources.find((each) => each.sourceId === sourceId);
  if (source === undefined) return isRemoved(corpus, sourceId);
  return await openCorpusSource(ports, source).isGone(documentId, location, signal, updatedAt);
}

/** The place of a document that is neither listed nor gone, where the source has lost that. */
export async function lostPlaces(
  ports: Pick<IngestPorts, 'openSource' | 'store'>,
  corpus: Corpus,
  { documentId, sourceId, location, updatedAt }: ManifestEntry,
  signal: AbortSignal,
): Promise<readonly Uncovered[]> {
  const source = corpus.sources.find((each) => each.sourceId === sourceId);
  if (source === undefined) return [];
  const place = await openCorpusSource(ports, source).lostPlace?.(documentId, location, signal, updatedAt);
  return place === null || place === undefined ? [] : [{ ...place, sourceId }];
}
