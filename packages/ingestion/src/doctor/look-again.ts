import {
  documentKeyOf,
  isRemoved,
  type ManifestEntry,
  makingOf,
  type Source,
  type Uncovered,
} from '@winnow/core';
import { compareItems } from '../planning/compared-pages.ts';
import { openCorpusSource } from '../planning/corpus-source.ts';
import { addUncovered, isUncovered } from '../planning/deletion-guard.ts';
import { createDocumentIdSet } from '../planning/document-id-set.ts';
import { lostPlaces } from '../planning/gone-documents.ts';
import { from } from '../waiting/with-patience.ts';
import { type Activity, isYoung } from './activity.ts';
import { diagnoseListed } from './diagnose.ts';
import type { Examination } from './examination.ts';
import type { Finding } from './finding.ts';
import type { GoneSuspect, ListedSuspect } from './second-look.ts';

/** What is still odd at a second look. */
export interface SecondResult {
  readonly findings: readonly Finding[];
  /** Left alone, since it is being changed. */
  readonly young: number;
  /** Places with documents that turned out to be lost. */
  readonly lost?: readonly Uncovered[];
}

/** Items whose documents the manifest does not know, or knows another version of. */
export async function lookAtListed(
  { ports, corpus, ref, signal }: Examination,
  activity: Activity,
  suspects: readonly ListedSuspect[],
): Promise<SecondResult> {
  const how = { runId: null, making: makingOf(ports.making), remake: false, forced: false };
  const findings: Finding[] = [];
  let young = 0;
  for (const [source, own] of Map.groupBy(suspects, (suspect) => suspect.source)) {
    const opened = openCorpusSource(ports, source);
    const comparing = { ref, corpus, source, listed: createDocumentIdSet(), classifying: () => how };
    const items = own.map(({ item }) => item);
    for (const compared of await from('index', compareItems(ports.store, comparing, items))) {
      const { item, entry } = compared;
      const diagnosis = diagnoseListed(compared);
      if (diagnosis === null) continue;
      if (activity.isPlanned || (entry !== undefined && isYoung(entry, activity))) {
        young += 1;
        continue;
      }
      if (item.kind === 'document' && (await isGone(opened, item, signal))) continue;
      const { documentId } = item;
      const documentKey = documentKeyOf(documentId);
      findings.push({ ...diagnosis, documentId, documentKey, sourceId: source.sourceId });
    }
  }
  return { findings, young };
}

/** Documents of the manifest that no source listed, and those of sources that somebody removed. */
export async function lookAtGone(
  { ports, corpus, ref, signal }: Examination,
  activity: Activity,
  suspects: readonly GoneSuspect[],
): Promise<SecondResult> {
  const ids = suspects.map(({ documentId }) => documentId);
  const entries = await from('index', ports.store.manifest.get(ref, ids));
  const sources = new Map(corpus.sources.map((each) => [each.sourceId, openCorpusSource(ports, each)]));
  const findings: Finding[] = [];
  let young = 0;
  let lost: readonly Uncovered[] = [];
  for (const entry of entries.values()) {
    const { documentId, sourceId, state } = entry;
    const source = sources.get(sourceId);
    const isRemovedSource = isRemoved(corpus, sourceId);
    if (state === 'deleted') continue;
    if (isUncovered(entry, lost)) continue;
    if (!isRemovedSource && (source === undefined || !(await isGone(source, entry, signal)))) {
      lost = addUncovered(lost, await lostPlaces(ports, corpus, entry, signal));
      continue;
    }
    if (activity.isPlanned || isYoung(entry, activity)) {
      young += 1;
      continue;
    }
    const message = isRemovedSource ? 'its source was removed' : 'it is no longer at its source';
    const documentKey = documentKeyOf(documentId);
    findings.push({ kind: 'unlisted', documentId, documentKey, sourceId, message, version: null });
  }
  return { findings, young, lost };
}

/** A source that cannot say proves nothing. */
async function isGone(
  source: Source,
  {
    documentId,
    location,
    updatedAt,
  }: Pick<ManifestEntry, 'documentId' | 'location'> & Partial<Pick<ManifestEntry, 'updatedAt'>>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await source.isGone(documentId, location, signal, updatedAt);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
