import { AppError, type Embedder, type EmbeddingKey, type IngestUsage } from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import type { BatchPart } from './blobs/batch-part.ts';
import type { PartVectors } from './blobs/part-vectors.ts';

/**
 * Vectors for every chunk of a part: known ones as they are, the others from the model, equal texts once and
 * longest first, so that texts of one call are about as long as each other and little is padding.
 *
 * A chunk counts as embedded where it is the first of its text, else as reused. A call counts for the
 * document of its first text; its tokens are shared out by the length of the texts.
 *
 * @param keys of the part's chunks, in order.
 * @throws AppError of the embedder; `unavailable` or `failed_precondition` where its answer does not fit.
 */
export async function embedPart(
  part: BatchPart,
  keys: readonly EmbeddingKey[],
  known: ReadonlyMap<EmbeddingKey, Float32Array>,
  embedder: Embedder,
  signal: AbortSignal,
): Promise<PartVectors> {
  const usage = part.documents.map(() => ({ embedded: 0, reused: 0, modelCalls: 0, tokens: 0 }));
  const vectors = new Map(known);
  const missing = new Map<EmbeddingKey, MissingText>();
  for (const [index, chunk] of part.chunks.entries()) {
    const key = keyAt(keys, index);
    const counts = usage[chunk.document];
    if (counts === undefined) throw new AppError('internal', `chunk ${index} of a part has no document`);
    if (vectors.has(key) || missing.has(key)) {
      counts.reused++;
      continue;
    }
    counts.embedded++;
    const text = embeddingTextOf(part.documents[chunk.document]?.title ?? '', chunk);
    missing.set(key, { key, text, tokenCount: chunk.tokenCount, usage: counts });
  }
  const texts = [...missing.values()].sort((one, other) => other.tokenCount - one.tokenCount);
  for (let start = 0; start < texts.length; start += embedder.maxTextsPerCall) {
    await embedCall(texts.slice(start, start + embedder.maxTextsPerCall), vectors, embedder, signal);
  }
  return { vectors: keys.map((key) => vectors.get(key) ?? new Float32Array()), usage };
}

interface MissingText {
  readonly key: EmbeddingKey;
  readonly text: string;
  readonly tokenCount: number;
  readonly usage: { -readonly [Name in keyof IngestUsage]: number };
}

async function embedCall(
  texts: readonly MissingText[],
  vectors: Map<EmbeddingKey, Float32Array>,
  embedder: Embedder,
  signal: AbortSignal,
): Promise<void> {
  const answer = await embedder.embed(
    texts.map(({ text }) => text),
    { purpose: 'document', signal },
  );
  checkAnswer(answer.vectors, texts.length, embedder);
  for (const [index, vector] of answer.vectors.entries()) {
    const key = texts[index]?.key;
    if (key !== undefined) vectors.set(key, vector);
  }
  const [first] = texts;
  if (first !== undefined) first.usage.modelCalls += answer.calls;
  shareOut(answer.tokens, texts);
}

/** A short, wrong-sized or non-numeric answer must not reach the index. */
function checkAnswer(
  vectors: readonly Float32Array[],
  expected: number,
  { modelId, dimensions }: Embedder,
): void {
  if (vectors.length !== expected) {
    const message = `${modelId} answered ${vectors.length} vectors for ${expected} texts`;
    throw new AppError('unavailable', message);
  }
  for (const vector of vectors) {
    if (vector.length !== dimensions) {
      const message = `${modelId} answered a vector of ${vector.length} dimensions instead of ${dimensions}`;
      throw new AppError('failed_precondition', message);
    }
    if (!vector.every(Number.isFinite)) {
      throw new AppError('unavailable', `${modelId} answered a vector with values that are no numbers`);
    }
  }
}

/** In proportion to the texts' own counts; the shares add up to the whole. */
function shareOut(tokens: number, texts: readonly MissingText[]): void {
  const weights = texts.reduce((sum, { tokenCount }) => sum + tokenCount, 0) || 1;
  let weight = 0;
  let shared = 0;
  for (const text of texts) {
    weight += text.tokenCount;
    const upToHere = Math.round((tokens * weight) / weights);
    text.usage.tokens += upToHere - shared;
    shared = upToHere;
  }
}

function keyAt(keys: readonly EmbeddingKey[], index: number): EmbeddingKey {
  const key = keys[index];
  if (key === undefined) throw new AppError('internal', `chunk ${index} of a part has no embedding key`);
  return key;
}
