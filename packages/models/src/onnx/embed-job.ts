import type { TokenEmbeddings, TokenVectors } from '@winnow/core';
import { compressTokens } from '../late-interaction/compressed-tokens.ts';
import type { LocalEmbeddingRow } from '../registry/model-row.ts';
import type { ModelTokenizer } from '../tokenizer/model-tokenizer.ts';
import { pool, tokenRows } from './pooling.ts';
import type { InferenceRequest, InferenceResult } from './protocol.ts';
import type { Model } from './session.ts';

/** One step a text, and the result when all are done. */
export interface Work {
  readonly steps: readonly (() => Promise<void>)[];
  readonly result: () => { readonly result: InferenceResult; readonly transfer: ArrayBuffer[] };
}

export interface Embedding {
  readonly row: LocalEmbeddingRow;
  readonly model: Model;
  readonly tokenizer: ModelTokenizer;
}

type Purpose = 'document' | 'query';

/** One vector a text, and of the same inference those of its tokens as `tokens` asks: not of special tokens, nor of the prompt's. */
export function embedWork(
  { texts, purpose, tokens: wanted }: Extract<InferenceRequest, { kind: 'embed' }>,
  embedding: Embedding,
): Work {
  const { dimensions, pooling } = embedding.row;
  const vectors = new Float32Array(texts.length * dimensions);
  const compressed: TokenVectors[] = [];
  const each: TokenRows[] = [];
  let tokens = 0;
  let truncated = 0;
  return {
    steps: texts.map((text, index) => async () => {
      const { ids, cut } = encode(text, purpose, embedding);
      const output = await run(ids, embedding);
      vectors.set(pool(output, dimensions, pooling), index * dimensions);
      if (wanted === 'compressed')
        compressed[index] = compressTokens(tokensOf(ids, output, purpose, embedding));
      if (wanted === 'each') each[index] = tokensOf(ids, output, purpose, embedding);
      tokens += ids.length;
      if (cut) truncated += 1;
    }),
    result: () => ({
      result: { kind: 'embed', vectors, compressed, each, tokens, truncated },
      transfer: [vectors.buffer, ...compressed.map(({ buffer }) => buffer), ...each.map(bufferOf)],
    }),
  };
}

interface TokenRows extends TokenEmbeddings {
  readonly vectors: Float32Array<ArrayBuffer>;
}

function bufferOf({ vectors }: TokenRows): ArrayBuffer {
  return vectors.buffer;
}

/** @param output a row for each id. */
function tokensOf(
  ids: readonly number[],
  output: Float32Array,
  purpose: Purpose,
  { row, tokenizer }: Embedding,
): TokenRows {
  const [from, to] = [1 + tokenizer.count(row.prompts[purpose]), ids.length - 1];
  return {
    tokens: ids.slice(from, to).map(tokenizer.tokenOf),
    vectors: tokenRows(output, row.dimensions, from, to),
  };
}

/** Prompt and text between their special tokens, the text's end cut off where the model has no room. */
function encode(
  text: string,
  purpose: Purpose,
  { row, tokenizer }: Embedding,
): { ids: number[]; cut: boolean } {
  const room = row.maxTokens - 2;
  const ids = tokenizer.ids(row.prompts[purpose] + text, room + 1);
  return { ids: [tokenizer.first, ...ids.slice(0, room), tokenizer.last], cut: ids.length > room };
}

async function run(ids: readonly number[], { row, model }: Embedding): Promise<Float32Array> {
  const segments = new Array<number>(ids.length).fill(0);
  const { data } = await model.run(ids, segments);
  if (data.length !== ids.length * row.dimensions) {
    throw new Error(
      `the model gave ${data.length} values for ${ids.length} tokens of ${row.dimensions} dimensions`,
    );
  }
  return data;
}
