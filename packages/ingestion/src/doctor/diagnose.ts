import type { IndexedVersion, ManifestEntry } from '@winnow/core';
import { mayBeRead } from '../healing/sweep.ts';
import type { ComparedItem } from '../planning/compared-pages.ts';
import type { FindingKind } from './finding.ts';

/** What is wrong with a document, before it is known to be more than a moment of its life. */
export interface Diagnosis {
  readonly kind: FindingKind;
  readonly message: string;
  /** Of chunks that belong to nobody. */
  readonly version: string | null;
}

/**
 * What a listed item says of its document. One that is in the inbox for the version that is listed is no finding: it
 * has been told.
 */
export function diagnoseListed({ item, entry, action }: ComparedItem): Diagnosis | null {
  if (action !== 'accept') return null;
  if (entry === undefined || entry.state === 'deleted') {
    const message = 'it is at the source, and the manifest does not know it';
    return { kind: 'missing', message, version: null };
  }
  const isTold =
    entry.state === 'failed' && (item.kind === 'unreadable' || item.contentHash === entry.contentHash);
  if (isTold) return null;
  const message =
    item.kind === 'unreadable'
      ? `it can no longer be read at the source: ${item.reason.message}`
      : 'another version of it is at the source';
  return { kind: 'stale', message, version: null };
}

/**
 * What the manifest says of a document, beside what the index holds of it. A document that is being made searchable is
 * unfinished, too: whether somebody is at work on it is for the second look to say.
 * @param versions all that the index holds under the document's key.
 */
export function diagnoseIndexed(
  entry: ManifestEntry | undefined,
  versions: readonly IndexedVersion[],
): readonly Diagnosis[] {
  const orphans = versions
    .filter((version) => !mayBeRead(version, entry))
    .map(({ chunks, revision, version }): Diagnosis => {
      return {
        kind: 'orphan',
        message: `${chunks} chunks of revision ${revision} belong to nobody`,
        version,
      };
    });
  if (entry === undefined) return orphans;
  const live = diagnoseLive(entry, versions);
  return [...(live === null ? [] : [live]), ...(entry.state === 'pending' ? [unfinished] : []), ...orphans];
}

const unfinished: Diagnosis = {
  kind: 'unfinished',
  message: 'its newest version was accepted, and no run is at work on it',
  version: null,
};

function diagnoseLive(
  { liveVersion, chunkCount }: ManifestEntry,
  versions: readonly IndexedVersion[],
): Diagnosis | null {
  if (liveVersion === null) return null;
  const live = versions.find(({ version }) => version === liveVersion);
  const chunks = live?.chunks ?? 0;
  if (chunks === 0 && chunkCount > 0) {
    return { kind: 'lost', message: `none of its ${chunkCount} chunks is in the index`, version: null };
  }
  if (chunks !== chunkCount) {
    return { kind: 'half', message: `it has ${chunks} chunks instead of ${chunkCount}`, version: null };
  }
  const broken = live?.broken ?? 0;
  if (broken === 0) return null;
  const message = `${broken} of its ${chunkCount} chunks have no vector that they could be found by`;
  return { kind: 'wrong-vector', message, version: null };
}
