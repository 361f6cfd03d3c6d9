import {
  type DocumentChanges,
  type ManifestEntry,
  type NewRevision,
  type RunId,
  type SourceItem,
  sha256,
} from '@winnow/core';
import { laneOf } from './lane.ts';

export interface ComparedItem {
  readonly change: Exclude<keyof DocumentChanges, 'deleted'>;
  /**
   * - `accept`: a version to be made searchable, or a failure to be recorded
   * - `adopt`: an earlier run accepted this very version and did not get to it
   * - `keep`: nothing to do, or this run has done it already
   */
  readonly action: 'accept' | 'adopt' | 'keep';
}

/**
 * What a listed document means for a run. A failed document is tried again in every run, since its trouble
 * may have been ours. Repeating a plan after a crash gives the same changes: what this run has already
 * accepted is new or changed by what is live.
 */
export function compareItem(item: SourceItem, entry: ManifestEntry | undefined, runId: RunId): ComparedItem {
  if (entry === undefined) return { change: 'new', action: 'accept' };
  const change = entry.liveRevision === null ? 'new' : 'changed';
  const isOurs = entry.runId === runId;
  if (item.kind === 'unreadable') {
    return { change, action: isOurs && entry.state === 'failed' ? 'keep' : 'accept' };
  }
  if (item.contentHash !== entry.contentHash || entry.state === 'deleted')
    return { change, action: 'accept' };
  if (entry.state === 'live') return { change: 'unchanged', action: 'keep' };
  if (isOurs) return { change, action: 'keep' };
  return { change, action: entry.state === 'pending' ? 'adopt' : 'accept' };
}

/** What the manifest keeps of a listed item. */
export function revisionOfItem(item: SourceItem): NewRevision {
  const { documentId } = item;
  const lane = laneOf(documentId);
  if (item.kind === 'document') {
    return { documentId, lane, contentHash: item.contentHash, location: item.location, reason: null };
  }
  return { documentId, lane, contentHash: unreadableHash, location: {}, reason: item.reason };
}

/** Of no content, so that the document counts as changed as soon as it can be read. */
const unreadableHash = sha256('');
