import { setTimeout as delay } from 'node:timers/promises';
import {
  AppError,
  type ContentEntry,
  type Corpus,
  type DocumentId,
  documentKeyOf,
  type ManifestEntry,
  makingOf,
  type Run,
  runRef,
  type SourceItem,
} from '@winnow/core';
import { laneOf } from '../lanes/lane.ts';
import { applyPage } from '../planning/apply-page.ts';
import { type Comparing, compareItems } from '../planning/compared-pages.ts';
import { createDocumentIdSet } from '../planning/document-id-set.ts';
import type { IngestPorts } from '../ports.ts';
import type { PushedSource } from './push-documents.ts';
import { wakeLanes } from './push-run.ts';

/** Rounds in which documents that others push at the same time are looked at again. */
const maxRounds = 10;

export interface SettleOptions {
  readonly corpus: Corpus;
  readonly source: PushedSource;
  /** The run that takes them. */
  readonly run: Run;
  /** Distinct. */
  readonly documentIds: readonly DocumentId[];
  readonly signal: AbortSignal;
}

/**
 * Brings the manifest into line with what the content store holds of documents, by the comparison that every run uses,
 * and has lanes work on them. Of those who push one document at the same time the last to look sees the newest.
 * @returns the entries as they now are.
 * @throws AppError `unavailable` where others keep changing the documents.
 */
export async function settlePushed(
  ports: IngestPorts,
  { corpus, source, run, documentIds, signal }: SettleOptions,
): Promise<ReadonlyMap<DocumentId, ManifestEntry>> {
  const { contents, manifest, chunks } = ports.store;
  const ref = runRef(run);
  const { place } = source.settings;
  let open = documentIds;
  let accepted = 0;
  for (let round = 0; open.length > 0; round += 1) {
    if (round === maxRounds) {
      throw new AppError('unavailable', 'the documents are pushed by too many at once: try again');
    }
    if (round > 0) await delay(Math.random() * 10 * round, undefined, { signal });
    // Before what is wanted: what somebody has pushed since has another revision then, and is not removed.
    const known = await manifest.get(ref, open);
    const wanted = await contents.entries(place, open);
    accepted += await accept([...wanted.values()].flatMap(itemsOf));
    const doomed = [...wanted.values()].filter(({ isDeleted }) => isDeleted);
    await chunks.remove(
      ref,
      run.runId,
      doomed.flatMap(({ documentId }) => known.get(documentId) ?? []),
      signal,
    );
    const [newest, entries] = await Promise.all([contents.entries(place, open), manifest.get(ref, open)]);
    open = open.filter((id) => !isSettled(newest.get(id), entries.get(id)));
  }
  const entries = await manifest.get(ref, documentIds);
  const pending = [...entries.values()].filter(
    ({ state, runId }) => state === 'pending' && runId === run.runId,
  );
  const lanes = new Set(pending.map(({ documentId }) => laneOf(documentId)));
  if (lanes.size > 0) await wakeLanes(ports, run, lanes, accepted);
  return entries;

  async function accept(items: readonly SourceItem[]): Promise<number> {
    const how = { runId: run.runId, making: makingOf(ports.making), remake: false, forced: false };
    const comparing: Comparing = {
      ref,
      corpus,
      source,
      listed: createDocumentIdSet(),
      classifying: () => how,
    };
    const compared = await compareItems(ports.store, comparing, items);
    return (await applyPage(ports, run, comparing, compared)).accepted;
  }
}

function isSettled(wanted: ContentEntry | undefined, entry: ManifestEntry | undefined): boolean {
  const isThere = entry !== undefined && entry.state !== 'deleted';
  if (wanted === undefined || wanted.isDeleted) return !isThere;
  // There is nothing to make it anew from: what the archive had of it is what can be found.
  if (wanted.bytes === null) return true;
  return isThere && entry.contentHash === wanted.contentHash;
}

/** None where there is nothing to read. */
function itemsOf({ documentId, contentHash, bytes, isDeleted }: ContentEntry): readonly SourceItem[] {
  if (isDeleted || bytes === null) return [];
  const cursor = documentKeyOf(documentId);
  return [{ kind: 'document', documentId, location: {}, contentHash, bytes, cursor }];
}
