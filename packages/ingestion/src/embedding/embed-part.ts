import {
  AppError,
  type Embedder,
  type EmbeddingKey,
  type IngestUsage,
  type TokenVectors,
} from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import type { BundlePart } from '../lanes/blobs/bundle-part.ts';
import type { PartVectors } from '../lanes/blobs/part-vectors.ts';
import { runInParallel } from '../run-in-parallel.ts';
import { from } from '../waiting/with-patience.ts';
import { packCalls } from './pack-calls.ts';

/** What gets the vectors of a part. */
export interface EmbedPartOptions {
  readonly embedder: Embedder;
  /** Token vectors of known texts; those of the others come with their vectors, where the model has them. */
  readonly knownTokenVectors?: ReadonlyMap<EmbeddingKey, TokenVectors>;
  /** Told of the tokens that are about to be sent. */
  readonly reserve: (tokens: number) => Promise<void>;
  /** Called with the vectors of each call as soon as they are there, so that a later failure loses none. */
  readonly keep: (vectors: ReadonlyMap<EmbeddingKey, Float32Array>) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Vectors for every chunk of a part, and token vectors where there are any: known ones as they are, the others from the model, equal texts once.
 *
 * A chunk counts as embedded where it is the first of its text, else as reused. A call counts for the
 * document of its first text; its tokens are shared out by the length of the texts.
 *
 * @param keys of the part's chunks, in order.
 * @throws AppError of the embedder; `unavailable` or `failed_precondition` where its answer does not fit.
 */
export async function embedPart(
  part: BundlePart,
  keys: readonly EmbeddingKey[],
  known: ReadonlyMap<EmbeddingKey, Float32Array>,
  options: EmbedPartOptions,
): Promise<PartVectors> {
  const { embedder, knownTokenVectors } = options;
  const usage = part.documents.map(() => ({ embedded: 0, reused: 0, modelCalls: 0, tokens: 0 }));
  const vectors = new Map(known);
  const tokenVectors = new Map(knownTokenVectors);
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
  await options.reserve([...missing.values()].reduce((sum, { tokenCount }) => sum + tokenCount, 0));
  await runInParallel(packCalls([...missing.values()], embedder), embedder.parallelCalls, async (texts) => {
    for (const [key, embedded] of await embedCall(texts, options)) {
      vectors.set(key, embedded.vector);
      if (embedded.tokenVectors !== undefined) tokenVectors.set(key, embedded.tokenVectors);
    }
  });
  return {
    vectors: keys.map((key) => vectors.get(key) ?? new Float32Array()),
    tokenVectors: keys.map((key) => tokenVectors.get(key) ?? null),
    usage,
  };
}

interface MissingText {
  readonly key: EmbeddingKey;
  readonly text: string;
  readonly tokenCount: number;
  readonly usage: { -readonly [Name in keyof IngestUsage]: number };
}

interface EmbeddedText {
  readonly vector: Float32Array;
  readonly tokenVectors: TokenVectors | undefined;
}

async function embedCall(
  texts: readonly MissingText[],
  { embedder, keep, signal }: EmbedPartOptions,
): Promise<ReadonlyMap<EmbeddingKey, EmbeddedText>> {
  const answer = await from(
    'model',
    embedder.embed(
      texts.map(({ text }) => text),
      { purpose: 'document', tokenVectors: embedder.givesTokenVectors === true, signal },
    ),
  );
  checkAnswer(answer.vectors, texts.length, embedder);
  const embedded = new Map<EmbeddingKey, EmbeddedText>();
  for (const [index, vector] of answer.vectors.entries()) {
    const key = texts[index]?.key;
    if (key !== undefined) embedded.set(key, { vector, tokenVectors: answer.tokenVectors?.[index] });
  }
  await keep(new Map([...embedded].map(([key, { vector }]) => [key, vector])));
  const [first] = texts;
  if (first !== undefined) first.usage.modelCalls += answer.usage.calls;
  shareOut(answer.usage.inputTokens, texts);
  return embedded;
}

/** A short, wrong-sized or non-numeric answer must not reach the index. */
function checkAnswer(
  vectors: readonly Float32Array[],
  expected: number,
  { modelId, dimensions }: Embedder,
): void {
  if (vectors.length !== expected) {
    const message = `${modelId} answered ${vectors.length} vectors for ${expected} texts`;
    throw new AppError('unavailable', message, { part: 'model' });
  }
  for (const vector of vectors) {
    if (vector.length !== dimensions) {
      const message = `${modelId} answered a vector of ${vector.length} dimensions instead of ${dimensions}`;
      // Of no part: no waiting makes it fit.
      throw new AppError('failed_precondition', message);
    }
    if (!vector.every(Number.isFinite)) {
      const message = `${modelId} answered a vector with values that are no numbers`;
      throw new AppError('unavailable', message, { part: 'model' });
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
