import {
  type DocumentChanges,
  type FailureCode,
  type ManifestEntry,
  type NewRevision,
  type RunId,
  type SourceId,
  type SourceItem,
  sha256,
} from '@winnow/core';
import { laneOf } from '../lanes/lane.ts';

export interface Classified {
  readonly change: Exclude<keyof DocumentChanges, 'deleted'>;
  /**
   * - `accept`: a version to be made searchable, or a failure to be recorded
   * - `adopt`: an earlier run accepted this very version and did not get to it
   * - `keep`: nothing to do, or this run has done it already
   */
  readonly action: 'accept' | 'adopt' | 'keep';
}

export interface Classifying {
  /** Whose plan it is; null where nothing will be written. */
  readonly runId: RunId | null;
  /** `makingOf` today's versions. */
  readonly making: string;
  /** Makes anew what an older version made. */
  readonly remake: boolean;
  /** Makes the document anew whatever is known of it. */
  readonly forced: boolean;
  /** A run of pushes that is at work beside this one: what is in its hands stays there. */
  readonly beside?: RunId | null;
}

/**
 * What a listed document means: the one comparison that dry run, run and doctor share. A document that failed for
 * what it is, such as an image, is not tried again until it changes or somebody asks; one that failed for what
 * happened to it, such as a worker that died, is. Repeating a plan after a crash gives the same changes: what
 * this run has already accepted is new or changed by what is live.
 */
export function classifyItem(
  item: SourceItem,
  entry: ManifestEntry | undefined,
  { runId, making, remake, forced, beside = null }: Classifying,
): Classified {
  const isOurs = entry !== undefined && entry.runId === runId;
  if (item.kind === 'unreadable') {
    const isKnown = entry?.state === 'failed' && entry.reason?.message === item.reason.message;
    if (!isKnown) return { change: 'unreadable', action: 'accept' };
    return { change: isOurs || forced ? 'unreadable' : 'unchanged', action: 'keep' };
  }
  if (entry === undefined) return { change: 'new', action: 'accept' };
  const change = entry.liveRevision === null ? 'new' : 'changed';
  if (item.contentHash !== entry.contentHash || entry.state === 'deleted')
    return { change, action: 'accept' };
  if (isOurs) return { change: entry.state === 'live' && !forced ? 'unchanged' : change, action: 'keep' };
  if (forced) return { change, action: 'accept' };
  switch (entry.state) {
    case 'live':
      if (entry.making === making) return { change: 'unchanged', action: 'keep' };
      return { change: 'outdated', action: remake ? 'accept' : 'keep' };
    case 'failed':
      if (entry.reason !== null && ownFailures.has(entry.reason.code)) {
        return { change: 'unchanged', action: 'keep' };
      }
      return { change, action: 'accept' };
    default:
      return { change, action: entry.runId === beside ? 'keep' : 'adopt' };
  }
}

/** Reasons that lie in the bytes: the same bytes would fail again. */
const ownFailures: ReadonlySet<FailureCode> = new Set([
  'unsupported_type',
  'undecodable',
  'empty',
  'no_text',
  'needs_password',
  'wrong_type',
  'truncated',
  'malformed',
  'too_large',
  'refused_by_model',
  'rejected_by_index',
]);

/** What the manifest keeps of a listed item, decided on that entry. */
export function revisionOfItem(
  item: SourceItem,
  entry: ManifestEntry | undefined,
  sourceId: SourceId,
): NewRevision {
  const { documentId } = item;
  const common = { documentId, sourceId, over: entry?.revision ?? 0, lane: laneOf(documentId) };
  if (item.kind === 'document') {
    const { contentHash, location, bytes } = item;
    return { ...common, contentHash, location, bytes, reason: null };
  }
  return { ...common, contentHash: unreadableHash, location: {}, bytes: null, reason: item.reason };
}

/** Of no content, so that the document counts as changed as soon as it can be read. */
const unreadableHash = sha256('');
