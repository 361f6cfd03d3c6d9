import type { Gate } from '@winnow/core';
import type { Coverage } from './coverage.ts';

/**
 * Readers lose no more documents than an ingest may delete without anybody having said so, and never more than half: of
 * a small corpus what an ingest may delete is all of it.
 *
 * @param limit documents: the deletion guard's, for as many as the live generation has.
 * @returns value: the part of the live generation's documents that can still be found, 0–1.
 */
export function sizeGate(
  { searchable, liveSearchable, failed, gone, missing }: Coverage,
  limit: number,
): Gate {
  const lost = failed.count + gone.count + missing.count;
  const most = Math.min(limit, Math.floor(liveSearchable / 2));
  const partOf = (documents: number) =>
    liveSearchable === 0 ? 1 : Math.max(0, liveSearchable - documents) / liveSearchable;
  return {
    name: 'size',
    passed: lost <= most,
    value: partOf(lost),
    floor: partOf(most),
    detail: `${searchable} documents against ${liveSearchable} in the live generation: ${lost} of those cannot be found, ${most} may be`,
  };
}
