import {
  type DocumentChanges,
  type FailureReason,
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
 * What a listed document means for a run. A document that failed for what it is, such as an image, is not
 * tried again until it changes; one that failed for what happened to it, such as a worker that died, is.
 * Repeating a plan after a crash gives the same changes: what this run has already
 * accepted is new or changed by what is live.
 */
export function compareItem(item: SourceItem, entry: ManifestEntry | undefined, runId: RunId): ComparedItem {
  if (entry === undefined) return { change: 'new', action: 'accept' };
  const change = entry.liveRevision === null ? 'new' : 'changed';
  const isOurs = entry.runId === runId;
  if (item.kind === 'unreadable') {
    if (entry.state !== 'failed' || entry.reason?.message !== item.reason.message)
      return { change, action: 'accept' };
    return { change: isOurs ? change : 'unchanged', action: 'keep' };
  }
  if (item.contentHash !== entry.contentHash || entry.state === 'deleted')
    return { change, action: 'accept' };
  if (entry.state === 'live') return { change: 'unchanged', action: 'keep' };
  if (isOurs) return { change, action: 'keep' };
  if (entry.state === 'failed' && entry.reason !== null && ownFailures.has(entry.reason.code)) {
    return { change: 'unchanged', action: 'keep' };
  }
  return { change, action: entry.state === 'pending' ? 'adopt' : 'accept' };
}

/** Reasons that lie in the bytes: the same bytes would fail again. */
const ownFailures: ReadonlySet<FailureReason['code']> = new Set([
  'unsupported_type',
  'undecodable',
  'malformed',
  'too_large',
]);

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
