import {
  type DocumentId,
  type DocumentKey,
  isActive,
  liveRef,
  type ManifestEntry,
  runRef,
  type Uncovered,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { isHeld } from '../waiting/hold-run.ts';
import { from } from '../waiting/with-patience.ts';
import { addUncovered, isSearchable } from './deletion-guard.ts';
import type { DocumentIdSet } from './document-id-set.ts';
import { gonePage } from './gone-documents.ts';
import { uncoveredOf } from './scan-passes.ts';
import type { Selection } from './selection.ts';

/** Pages of the manifest that one slice walks through. */
const pagesPerSlice = 20;

/** What a walk came to. */
interface Walked {
  readonly gone: number;
  /** Those of them that are searchable. */
  readonly goneSearchable: number;
  /** Gone too, and not in the plan that the run keeps to. */
  readonly leftOut: readonly DocumentId[];
  /** Places with documents that the walk found to be lost. */
  readonly lost: readonly Uncovered[];
  readonly after: DocumentKey | null;
}

interface WalkGiven extends Pick<RunningRun, 'run' | 'corpus'> {
  readonly listed: DocumentIdSet;
  readonly selection: Selection | null;
  readonly signal: AbortSignal;
}

/** Walks on through the manifest for documents that are gone, as far as one slice of a run's plan goes. */
export async function walkGone(
  ports: IngestPorts,
  { run, corpus, listed, selection, signal }: WalkGiven,
  onGone: (entries: readonly ManifestEntry[]) => Promise<void>,
): Promise<Walked> {
  const known = uncoveredOf(run.plan);
  const beside = run.kind === 'reindex' ? liveRef(corpus) : null;
  let lost: readonly Uncovered[] = [];
  // It was written by this very walk.
  let after = run.plan.after as DocumentKey | null;
  let gone = 0;
  let goneSearchable = 0;
  const leftOut: DocumentId[] = [];
  for (let count = 0; count < pagesPerSlice; count += 1) {
    const uncovered = addUncovered(known, lost);
    const query = { ref: runRef(run), beside, corpus, listed, selection, uncovered };
    const { entries, after: next, ...page } = await from('index', gonePage(ports, query, after, signal));
    const current = await from('index', ports.store.runs.get(run.runId));
    // A cancel stops the deleting too.
    if (current === null || !isActive(current) || isHeld(current)) break;
    gone += entries.length;
    goneSearchable += entries.filter(isSearchable).length;
    leftOut.push(...page.leftOut);
    lost = addUncovered(lost, page.lost);
    if (entries.length > 0) await onGone(entries);
    after = next;
    if (after === null) break;
  }
  return { gone, goneSearchable, leftOut, lost, after };
}
