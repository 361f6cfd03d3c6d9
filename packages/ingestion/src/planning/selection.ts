import type { BlobStore, ManifestEntry, Run, RunId, SourceItem } from '@winnow/core';
import { blobTtlMs } from '../lanes/blobs/blob-ttl.ts';
import type { Classified, Classifying } from './classify-item.ts';
import { createDocumentIdSet, type DocumentIdSet } from './document-id-set.ts';

/**
 * Documents that a run is about, where they are too many for its record: those of a plan file, each with what was
 * planned for it, or those that a doctor found damaged.
 */
export interface Selection {
  readonly kind: 'plan' | 'damaged';
  /** Whether a change is one that the plan has. */
  allows(compared: Classified & { readonly item: SourceItem }): boolean;
  /** Whether the document is one of the damaged. */
  has(documentId: string): boolean;
  /** Whether a document that is no longer at its source may go: the plan says so, or the doctor found it. */
  removes(documentId: string): boolean;
}

/** How a planned change is written in a selection: the same document, change and bytes. */
export function plannedChange(documentId: string, change: string, contentHash: string | null): string {
  return JSON.stringify([documentId, change, contentHash]);
}

/** Keeps a selection for as long as its run may be planned. */
export async function keepSelection(blobs: BlobStore, runId: RunId, set: DocumentIdSet): Promise<void> {
  await blobs.put(keyOf(runId), set.packed(), blobTtlMs);
}

/** @returns null where it is lost. */
export async function loadSelection(
  blobs: BlobStore,
  runId: RunId,
  kind: Selection['kind'],
): Promise<Selection | null> {
  const packed = await blobs.get(keyOf(runId));
  if (packed === null) return null;
  const set = createDocumentIdSet();
  set.load(packed);
  return selectionOf(kind, set);
}

/** @param set planned changes as {@link plannedChange} writes them, or ids of damaged documents. */
export function selectionOf(kind: Selection['kind'], set: DocumentIdSet): Selection {
  return {
    kind,
    has: (documentId) => set.has(documentId),
    allows: ({ item, change }) =>
      set.has(plannedChange(item.documentId, change, item.kind === 'document' ? item.contentHash : null)),
    removes: (documentId) =>
      set.has(kind === 'plan' ? plannedChange(documentId, 'deleted', null) : documentId),
  };
}

function keyOf(runId: RunId): string {
  return `selection-${runId}`;
}

/** What of a run decides how it compares; a dry run has no id. */
export interface ComparedRun extends Pick<Run, 'kind' | 'remake' | 'scope'> {
  readonly runId: RunId | null;
}

/** How a run compares: what it leaves out, and what it makes anew whatever is known of it. */
export function classifyingFor(
  { kind, runId, remake, scope }: ComparedRun,
  {
    making,
    selection,
    beside = null,
  }: { readonly making: string; readonly selection: Selection | null; readonly beside?: RunId | null },
): (item: SourceItem, entry: ManifestEntry | undefined) => Classifying | null {
  const only = scope?.documentIds === undefined ? null : new Set<string>(scope.documentIds);
  const plain = { runId, making, remake, forced: false, beside };
  const forced = { ...plain, forced: true };
  return ({ documentId }, entry) => {
    switch (kind) {
      case 'retry':
        return isRetried(entry) && (only?.has(documentId) ?? true) ? forced : null;
      case 'repair':
        return selection?.has(documentId) === true ? forced : null;
      default:
        return plain;
    }
  };

  /**
   * What the run itself has taken up already stays in it, should its plan be repeated. What somebody dismissed is
   * tried again only where it is named.
   */
  function isRetried(entry: ManifestEntry | undefined): boolean {
    if (entry === undefined) return false;
    if (entry.runId === runId) return true;
    if (entry.state !== 'failed' || (entry.dismissed && only === null)) return false;
    return scope?.cause === undefined || entry.reason?.code === scope.cause;
  }
}
