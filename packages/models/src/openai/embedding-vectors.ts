import { z } from 'zod';
import { checkedVectors } from '../http/checked-vectors.ts';
import { brokenAnswer } from '../http/connection-error.ts';

/** What we read of an answer; the rest is tolerated. */
const responseSchema = z.object({
  data: z.array(
    z.object({ index: z.int().optional(), embedding: z.union([z.string(), z.array(z.number())]) }),
  ),
  usage: z
    .object({ prompt_tokens: z.int().min(0).optional(), total_tokens: z.int().min(0).optional() })
    .nullish()
    .catch(null),
});

/** Vectors as the texts were given, L2-normalised; `tokens` 0 if the endpoint does not say. */
export interface CheckedEmbeddings {
  readonly vectors: readonly Float32Array[];
  readonly tokens: number;
}

/**
 * Reads an answer of `/embeddings`. Vectors are put where their index says; base64 is little-endian float32.
 * @param dimensions null: any, but all alike.
 * @throws AppError as {@link checkedVectors} does; `unavailable` if it is no such answer.
 */
export function embeddingVectors(
  response: unknown,
  count: number,
  dimensions: number | null,
  what = 'embeddings',
): CheckedEmbeddings {
  const parsed = responseSchema.safeParse(response);
  if (!parsed.success) throw brokenAnswer(what, 'is not in the form of the API');
  const { data, usage } = parsed.data;
  return {
    vectors: checkedVectors(data, { what, count, dimensions }),
    tokens: usage?.prompt_tokens ?? usage?.total_tokens ?? 0,
  };
}
