import { AppError } from '@winnow/core';
import { normalise } from '../onnx/pooling.ts';
import { brokenAnswer } from './connection-error.ts';

/** A vector as it came: numbers, or base64 of little-endian float32. */
export interface IncomingVector {
  /** The text it belongs to; its place in the answer where the API has no index. */
  readonly index?: number | undefined;
  readonly embedding: string | readonly number[];
}

/** What an answer must be. */
export interface ExpectedVectors {
  /** For messages: `embeddings of embed-v4.0`. */
  readonly what: string;
  /** Texts that were sent. */
  readonly count: number;
  /** Null: any, but all alike. */
  readonly dimensions: number | null;
}

/**
 * Puts vectors where their index says, L2-normalised.
 * @throws AppError `unavailable` if the answer lacks or repeats a text, or holds a value that is no number or a
 * vector of zeros; `failed_precondition` if a vector has other dimensions: it is another model's.
 */
export function checkedVectors(
  incoming: readonly IncomingVector[],
  expected: ExpectedVectors,
): readonly Float32Array[] {
  const { what, count } = expected;
  if (incoming.length !== count) {
    throw brokenAnswer(what, `has ${incoming.length} vectors for ${count} texts`);
  }
  const vectors: Float32Array[] = [];
  for (const [place, { index = place, embedding }] of incoming.entries()) {
    if (!(index >= 0 && index < count) || vectors[index] !== undefined) {
      throw brokenAnswer(what, `repeats or exceeds index ${index}`);
    }
    const dimensions = expected.dimensions ?? vectors.find(Boolean)?.length ?? null;
    vectors[index] = checkedVector(embedding, { ...expected, dimensions });
  }
  return vectors;
}

/**
 * No model's vector is longer than this before it is scaled; one that was written in another byte order, or
 * as other numbers, almost always is.
 */
const longestVector = 1e6;

function checkedVector(embedding: string | readonly number[], expected: ExpectedVectors): Float32Array {
  const { what, dimensions } = expected;
  const vector = typeof embedding === 'string' ? fromBase64(embedding, what) : Float32Array.from(embedding);
  if (dimensions !== null && vector.length !== dimensions) {
    throw new AppError(
      'failed_precondition',
      `${what}: the endpoint gives vectors of ${vector.length} dimensions where ${dimensions} are expected`,
      { part: 'model' },
    );
  }
  const length = lengthOf(vector);
  if (!(length > 0 && length < longestVector)) {
    throw brokenAnswer(what, 'holds a vector of zeros or a value that is not a number');
  }
  normalise(vector);
  return vector;
}

function fromBase64(text: string, what: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) throw brokenAnswer(what, 'holds a base64 vector that is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const vector = new Float32Array(bytes.length / 4);
  for (let index = 0; index < vector.length; index += 1) vector[index] = view.getFloat32(index * 4, true);
  return vector;
}

function lengthOf(vector: Float32Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}
