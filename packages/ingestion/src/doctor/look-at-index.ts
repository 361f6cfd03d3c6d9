import type { DocumentId, DocumentKey, ManifestEntry } from '@winnow/core';
import { from } from '../waiting/with-patience.ts';
import { type Activity, isYoung } from './activity.ts';
import { diagnoseIndexed } from './diagnose.ts';
import type { Examination } from './examination.ts';
import type { Finding } from './finding.ts';
import type { SecondResult } from './look-again.ts';
import type { IndexedSuspect } from './second-look.ts';
import { versionsOf } from './versions-of.ts';

/**
 * Documents of which the index holds something else than the manifest says. The manifest is asked before and after the
 * index: where the same version was live both times, it was live when the index was asked, and what the index then
 * lacks of it is lost.
 */
export async function lookAtIndex(
  { ports: { store }, ref, signal }: Examination,
  activity: Activity,
  suspects: readonly IndexedSuspect[],
): Promise<SecondResult> {
  const keys = suspects.map(({ documentKey }) => documentKey).sort(byCodeUnit);
  const before = await from('index', store.manifest.getByKey(ref, keys));
  const versions = await versionsOf(store, ref, keys, signal);
  const after = await from('index', store.manifest.getByKey(ref, keys));
  const unowned = keys.filter((key) => !after.has(key) && versions.get(key)?.length !== 0);
  const names = unowned.length === 0 ? noNames : await from('index', store.chunks.identify(ref, unowned));
  const findings: Finding[] = [];
  let young = 0;
  for (const documentKey of keys) {
    const entry = after.get(documentKey);
    const diagnoses = diagnoseIndexed(entry, versions.get(documentKey) ?? []);
    if (diagnoses.length === 0) continue;
    const isChanging = !isSame(before.get(documentKey), entry);
    if (isChanging || (entry !== undefined && isYoung(entry, activity))) {
      young += 1;
      continue;
    }
    const documentId = entry?.documentId ?? names.get(documentKey) ?? null;
    const sourceId = entry?.sourceId ?? null;
    for (const diagnosis of diagnoses) findings.push({ ...diagnosis, documentId, documentKey, sourceId });
  }
  return { findings, young };
}

const noNames: ReadonlyMap<DocumentKey, DocumentId> = new Map();

function isSame(one: ManifestEntry | undefined, other: ManifestEntry | undefined): boolean {
  return (
    one?.revision === other?.revision &&
    one?.liveVersion === other?.liveVersion &&
    one?.state === other?.state
  );
}

function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
