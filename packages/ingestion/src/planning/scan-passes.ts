import type { PlanProgress, PostponedScan, Run, ScanCursor, Uncovered } from '@winnow/core';
import { addUncovered } from './deletion-guard.ts';

/** Where a slice of a scan begins. */
export interface ScanPlace {
  /** Index of the source. */
  readonly source: number;
  readonly after: ScanCursor | null;
}

/** A slice that was scanned. */
export interface ScannedSlice {
  readonly place: ScanPlace;
  /** Where the scan of its source goes on; null: it is at its end. */
  readonly after: ScanCursor | null;
}

/**
 * Where the next slice may begin, the first choice first. The first pass goes from source to source, over those that
 * are not there; each pass after it takes up one of what was postponed.
 */
export function placesOf(plan: PlanProgress, sources: number): readonly ScanPlace[] {
  const { source, after, postponed = [] } = plan;
  if (!isFirstPass(plan)) return hasScanned(plan) ? [{ source, after }] : postponed;
  const behind = Array.from({ length: Math.max(0, sources - source - 1) }, (_, index) => source + 1 + index);
  return [{ source, after }, ...behind.map((each) => ({ source: each, after: null }))];
}

/** Slices that were scanned so far, in all passes. */
export function scannedSlices({ phase, step, firstStep = 0, scanSteps = 0 }: PlanProgress): number {
  return phase === 'scan' ? step - firstStep : scanSteps;
}

/** Whether the pass that is under way has come to anything. */
export function hasScanned(plan: PlanProgress): boolean {
  return scannedSlices(plan) > (plan.scanSteps ?? 0);
}

/**
 * The plan after a look at its sources.
 * @param slice what was scanned; null where nothing could be.
 * @param missed places that were tried in vain.
 * @param phase what follows the scan.
 */
export function afterLook(
  plan: PlanProgress,
  sources: number,
  slice: ScannedSlice | null,
  missed: readonly PostponedScan[],
  phase: PlanProgress['phase'],
): PlanProgress {
  const tried = new Set([...missed, ...(slice === null ? [] : [slice.place])].map(({ source }) => source));
  const postponed = [...(plan.postponed ?? []).filter(({ source }) => !tried.has(source)), ...missed];
  const next = nextPlace(plan, sources, slice);
  if (next !== null) return { ...plan, ...next, postponed };
  const scanSteps = scannedSlices(plan) + (slice === null ? 0 : 1);
  return { ...plan, after: null, phase, scanSteps, postponed };
}

function nextPlace(plan: PlanProgress, sources: number, slice: ScannedSlice | null): ScanPlace | null {
  if (slice === null) return null;
  const { source } = slice.place;
  if (slice.after !== null) return { source, after: slice.after };
  return isFirstPass(plan) && source + 1 < sources ? { source: source + 1, after: null } : null;
}

/** The plan at the beginning of a pass over what was postponed; what was met before still counts as listed. */
export function nextPass(plan: PlanProgress, deleted: number): PlanProgress {
  const step = plan.step + 1;
  return {
    ...plan,
    phase: 'scan',
    step,
    firstStep: step - scannedSlices(plan),
    after: null,
    gone: 0,
    goneSearchable: 0,
    deletedBefore: deleted,
  };
}

/** A run whose plan begins once more with its first source, at its next step. */
export function planAnew({ plan: { scanSteps: _, ...plan }, ...run }: Run): Run {
  const step = plan.step + 1;
  return {
    ...run,
    changes: { ...run.changes, new: 0, changed: 0, unchanged: 0, unreadable: 0, outdated: 0 },
    counts: { ...run.counts, accepted: 0, failed: 0 },
    plan: {
      ...plan,
      phase: 'scan',
      source: 0,
      after: null,
      listed: 0,
      uncovered: [],
      gone: 0,
      goneSearchable: 0,
      postponed: [],
      step,
      firstStep: step,
    },
  };
}

/** The steps of a scan are counted once it is over. */
function isFirstPass({ scanSteps }: PlanProgress): boolean {
  return scanSteps === undefined;
}

/** Places that a plan has not looked into, or not yet: nothing there is deleted. */
export function uncoveredOf({ uncovered, postponed = [] }: PlanProgress): readonly Uncovered[] {
  return addUncovered(
    uncovered,
    postponed.map(({ sourceId, reason }) => ({ sourceId, prefix: '', reason })),
  );
}

/** Whether a run has to come back to sources that were not there. */
export function isPostponed({ plan: { postponed = [] } }: Pick<Run, 'plan'>): boolean {
  return postponed.length > 0;
}
