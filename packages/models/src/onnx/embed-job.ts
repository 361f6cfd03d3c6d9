import type { LocalEmbeddingRow } from '../registry/model-row.ts';
import type { ModelTokenizer } from '../tokenizer/model-tokenizer.ts';
import { pool, tokenRows } from './pooling.ts';
import type { InferenceResult } from './protocol.ts';
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

/** One vector a text. */
export function embedWork(texts: readonly string[], purpose: Purpose, embedding: Embedding): Work {
  const { dimensions, pooling } = embedding.row;
  const vectors = new Float32Array(texts.length * dimensions);
  let tokens = 0;
  let truncated = 0;
  return {
    steps: texts.map((text, index) => async () => {
      const { ids, cut } = encode(text, purpose, embedding);
      const output = await run(ids, embedding);
      vectors.set(pool(output, dimensions, pooling), index * dimensions);
      tokens += ids.length;
      if (cut) truncated += 1;
    }),
    result: () => ({ result: { kind: 'embed', vectors, tokens, truncated }, transfer: [vectors.buffer] }),
  };
}

/** One vector for each token of each text; those of special tokens and of the prompt are left out. */
export function embedTokensWork(texts: readonly string[], purpose: Purpose, embedding: Embedding): Work {
  const { row, tokenizer } = embedding;
  const promptLength = tokenizer.count(row.prompts[purpose]);
  const results: { tokens: string[]; vectors: Float32Array<ArrayBuffer> }[] = [];
  return {
    steps: texts.map((text, index) => async () => {
      const { ids } = encode(text, purpose, embedding);
      const output = await run(ids, embedding);
      const [from, to] = [1 + promptLength, ids.length - 1];
      results[index] = {
        tokens: ids.slice(from, to).map(tokenizer.tokenOf),
        vectors: tokenRows(output, row.dimensions, from, to),
      };
    }),
    result: () => ({
      result: { kind: 'embed-tokens', texts: results },
      transfer: results.map((one) => one.vectors.buffer),
    }),
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
