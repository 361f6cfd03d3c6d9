import type { QualityFigure, QualityResult } from '@winnow/core';

/** A figure that is below what the time before left room for. */
export interface QualityDrop {
  readonly metric: string;
  readonly mode: string;
  readonly before: QualityFigure;
  readonly now: QualityFigure;
  /** When it was measured before. ISO 8601, UTC. */
  readonly beforeAt: string;
}

/**
 * Figures of the newest result whose mean is below the interval of the result before it. Results of other golden
 * queries do not compare, nor do other modes.
 *
 * @param results newest first.
 */
export function qualityDrops(results: readonly QualityResult[]): readonly QualityDrop[] {
  const [newest, ...older] = results;
  const before = older.find(({ goldenDigest }) => goldenDigest === newest?.goldenDigest);
  if (newest === undefined || before === undefined) return [];
  return newest.figures.flatMap((now) => {
    const then = before.figures.find(({ metric, mode }) => metric === now.metric && mode === now.mode);
    if (then === undefined || now.mean >= then.low) return [];
    return [{ metric: now.metric, mode: now.mode, before: then, now, beforeAt: before.at }];
  });
}
