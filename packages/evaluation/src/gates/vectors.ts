import type { Gate } from '@winnow/core';
import { meanOf } from '../metrics/mean-interval.ts';
import { type Noted, noteOn } from './coverage.ts';

/** What was seen of a generation's vectors. */
export interface VectorFigures {
  /** Chunks whose vector was read. */
  readonly read: number;
  /** Chunks that were read without a sound vector: none, of another length, not a number, or of another norm than 1. */
  readonly broken: number;
  /** For each sampled query, the part of the ten nearest by exact search that the index finds, 0–1. */
  readonly recalls: readonly number[];
}

/** A vector that was read back may be off by what float32 loses. */
const normTolerance = 1e-3;

/** Whether a vector is one that the index can rank by: of that length, of numbers, and of norm 1. */
export function isSound(vector: Float32Array | null, dimensions: number): vector is Float32Array {
  if (vector === null || vector.length !== dimensions) return false;
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.abs(Math.sqrt(squares) - 1) <= normTolerance;
}

/**
 * Every chunk has a sound vector, and the index finds what exact search finds.
 * @param found documents of which the index itself counts chunks that cannot be found as they should.
 * @param floor of the recall@10, 0–1.
 */
export function vectorsGate({ read, broken, recalls }: VectorFigures, found: Noted, floor: number): Gate {
  const value = recalls.length === 0 ? null : meanOf(recalls);
  const measured =
    value === null
      ? 'recall not measured: no queries'
      : `recall@10 ${value.toFixed(4)} against exact search on ${recalls.length} queries`;
  const parts = [
    `${read} vectors read`,
    measured,
    broken === 0 ? '' : `${broken} of them not sound`,
    noteOn(found, 'with chunks that cannot be found as they should'),
  ];
  return {
    name: 'vectors',
    passed: broken === 0 && found.count === 0 && (value === null || value >= floor),
    value,
    floor,
    detail: parts.filter((part) => part !== '').join('; '),
  };
}
