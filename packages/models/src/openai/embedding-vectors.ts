import { AppError } from '@winnow/core';
import { z } from 'zod';
import { normalise } from '../onnx/pooling.ts';

/** What we read of an answer; the rest is tolerated. */
const responseSchema = z.object({
  data: z.array(
    z.object({ index: z.int().min(0).optional(), embedding: z.union([z.string(), z.array(z.number())]) }),
  ),
  usage: z
    .object({ prompt_tokens: z.int().min(0).optional(), total_tokens: z.int().min(0).optional() })
    .nullish(),
});

/** Vectors as the texts were given, L2-normalised; `tokens` 0 if the endpoint does not say. */
export interface CheckedEmbeddings {
  readonly vectors: readonly Float32Array[];
  readonly tokens: number;
}

/**
 * Reads an answer of `/embeddings`. Vectors are put where their index says; base64 is little-endian float32.
 * @throws AppError `unavailable` if it is no such answer, lacks or repeats a text, or holds a value that is no
 * number or a vector of zeros; `failed_precondition` if a vector has other dimensions: it is another model's.
 */
export function embeddingVectors(
  response: unknown,
  count: number,
  dimensions: number | null,
): CheckedEmbeddings {
  const parsed = responseSchema.safeParse(response);
  if (!parsed.success) throw broken('is not in the form of the API');
  const { data, usage } = parsed.data;
  if (data.length !== count) throw broken(`has ${data.length} vectors for ${count} texts`);
  const vectors: Float32Array[] = [];
  for (const [position, { index = position, embedding }] of data.entries()) {
    if (index >= count || vectors[index] !== undefined) throw broken(`repeats or exceeds index ${index}`);
    vectors[index] = checkedVector(embedding, dimensions);
  }
  return { vectors, tokens: usage?.prompt_tokens ?? usage?.total_tokens ?? 0 };
}

function checkedVector(embedding: string | readonly number[], dimensions: number | null): Float32Array {
  const vector = typeof embedding === 'string' ? fromBase64(embedding) : Float32Array.from(embedding);
  if (dimensions !== null && vector.length !== dimensions) {
    throw new AppError(
      'failed_precondition',
      `the endpoint gives vectors of ${vector.length} dimensions where ${dimensions} are expected`,
    );
  }
  normalise(vector);
  const length = Math.hypot(...vector);
  if (!(Math.abs(length - 1) < 0.01)) throw broken('holds a vector of zeros or a value that is not a number');
  return vector;
}

function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) throw broken('holds a base64 vector that is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

function broken(problem: string): AppError {
  return new AppError('unavailable', `the endpoint's answer ${problem}`);
}
