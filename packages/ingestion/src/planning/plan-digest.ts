import { type CorpusId, type PhysicalName, type Sha256, sha256 } from '@winnow/core';

/** Says in 64 digits what a plan would do. */
export interface PlanDigest {
  /** @param change as `plannedChange` writes it. */
  add(change: string): void;
  /** Of everything added so far. */
  value(): Sha256;
}

const modulus = 1n << 256n;

/**
 * A digest of a set of changes that does not depend on their order, and takes the same memory for any number of
 * them: the sum of their SHA-256, modulo 2^256, together with their number and what they are changes of. Two sets
 * that differ have the same sum by accident once in 2^256 times. Somebody who searches for such sets can find them,
 * which is worth nothing: who may write the plan may write its digest too.
 */
export function createPlanDigest({
  corpusId,
  physicalName,
}: {
  readonly corpusId: CorpusId;
  readonly physicalName: PhysicalName;
}): PlanDigest {
  let sum = 0n;
  let count = 0;
  return {
    add(change) {
      sum = (sum + BigInt(`0x${sha256(change)}`)) % modulus;
      count += 1;
    },
    value: () => sha256(JSON.stringify([corpusId, physicalName, count, sum.toString(16)])),
  };
}
