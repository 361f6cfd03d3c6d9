import {
  type Corpus,
  type CorpusSource,
  type DocumentChanges,
  type DocumentId,
  isActive,
  makingOf,
  type Run,
  type RunId,
  runRef,
  type ScanCursor,
  standingRunId,
  type Uncovered,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { isHeld } from '../waiting/hold-run.ts';
import { from } from '../waiting/with-patience.ts';
import { applyPage } from './apply-page.ts';
import { type Comparing, comparedPages, pageSize } from './compared-pages.ts';
import type { DocumentIdSet } from './document-id-set.ts';
import { classifyingFor, type Selection } from './selection.ts';

/** Items that one slice compares. */
const defaultSliceItems = 10_000;
/** And no longer than this: a slice is what a worker's death costs. */
const sliceMs = 5_000;

/** What one slice of a scan came to. */
export interface SliceResult {
  /** Where the next slice goes on; null: this source is at its end. */
  readonly after: ScanCursor | null;
  readonly listed: number;
  readonly changes: Omit<DocumentChanges, 'deleted'>;
  readonly accepted: number;
  readonly failed: number;
  readonly uncovered: readonly Uncovered[];
  /** Documents that differ from the plan that the run is bound to. */
  readonly leftOut: readonly DocumentId[];
}

export interface SliceOptions {
  readonly corpus: Corpus;
  readonly source: CorpusSource;
  readonly listed: DocumentIdSet;
  readonly selection: Selection | null;
  readonly signal: AbortSignal;
}

/** Compares the next items of a source with the manifest, and writes what is new or changed as pending. */
export async function scanSlice(
  ports: IngestPorts,
  run: Run,
  { corpus, source, listed, selection, signal }: SliceOptions,
): Promise<SliceResult> {
  const leftOut: DocumentId[] = [];
  const making = makingOf(ports.making);
  const comparing: Comparing = {
    ref: runRef(run),
    corpus,
    source,
    listed,
    classifying: classifyingFor(run, { making, selection, beside: await activePush(ports, run, source) }),
  };
  const total = { new: 0, changed: 0, unchanged: 0, unreadable: 0, outdated: 0 };
  const uncovered: Uncovered[] = [];
  const maxItems = ports.tuning?.sliceItems ?? defaultSliceItems;
  const pageItems = Math.min(pageSize, maxItems);
  const startedAt = ports.now().getTime();
  const result = { listed: 0, accepted: 0, failed: 0 };
  let after: ScanCursor | null = run.plan.after;
  const pages = attributed(comparedPages(ports, comparing, { after, signal, pageItems }));
  for await (const page of pages) {
    after = page.cursor;
    uncovered.push(...page.uncovered);
    const items = selection?.kind === 'plan' ? page.items.filter(keepsToPlan) : page.items;
    const applied = await from('index', applyPage(ports, run, comparing, items));
    for (const change of ['new', 'changed', 'unchanged', 'unreadable', 'outdated'] as const) {
      total[change] += applied.changes[change];
    }
    result.listed += page.items.length;
    result.accepted += applied.accepted;
    result.failed += applied.failed;
    const current = await from('index', ports.store.runs.get(run.runId));
    const isOver = result.listed >= maxItems || ports.now().getTime() - startedAt >= sliceMs;
    if (isOver || current === null || !isActive(current) || isHeld(current)) {
      return { ...result, after, changes: total, uncovered, leftOut };
    }
  }
  return { ...result, after: null, changes: total, uncovered, leftOut };

  function keepsToPlan(compared: Parameters<typeof applyPage>[3][number]): boolean {
    if (compared.action === 'keep' || selection === null || selection.allows(compared)) return true;
    leftOut.push(compared.item.documentId);
    return false;
  }
}

/** The run that is at work on what was pushed to the same generation, if any. */
async function activePush(
  { store }: IngestPorts,
  run: Run,
  { settings }: CorpusSource,
): Promise<RunId | null> {
  if (settings.kind !== 'push') return null;
  const push = await from('index', store.runs.get(standingRunId(runRef(run))));
  return push !== null && isActive(push) ? push.runId : null;
}

/** Errors that nobody else is known for are the source's: the store's say so themselves. */
export async function* attributed<Page>(pages: AsyncGenerator<Page>): AsyncGenerator<Page> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await from('source', iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return(undefined);
  }
}
