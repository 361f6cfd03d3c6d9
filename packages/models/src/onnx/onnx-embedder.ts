import { availableParallelism } from 'node:os';
import {
  AppError,
  createRecent,
  type Embedder,
  type EmbedOptions,
  type Logger,
  noModelUsage,
  type TokenEmbedder,
  type TokenEmbeddings,
  type Tokenizer,
} from '@winnow/core';
import { assertTexts } from '../assert-texts.ts';
import type { ModelFiles } from '../files/model-store.ts';
import type { LocalEmbeddingRow } from '../registry/model-row.ts';
import { loadTokenizer } from '../tokenizer/model-tokenizer.ts';
import { cpuOnly } from './cpu-only.ts';
import { createInferencePool, poolShape } from './inference-pool.ts';

/** A local embedding model. */
export type OnnxEmbedder = Embedder & TokenEmbedder & { readonly tokenizer: Tokenizer };

export interface OnnxEmbedderOptions {
  readonly row: LocalEmbeddingRow;
  readonly files: ModelFiles;
  /** Cores to use; all by default. */
  readonly threads?: number;
  /** Of ONNX Runtime, in order of preference (`cuda`, `coreml`, `dml`); the CPU by default. */
  readonly executionProviders?: readonly string[];
  /** Whether it has token vectors to give; true by default. */
  readonly givesTokenVectors?: boolean;
  readonly log: Logger;
}

/** A call takes about a second then, on two cores. */
const maxTextsPerCall = 64;

/** Changes when our own steps (encoding, pooling, normalising) give other vectors from the same files. */
const encodingVersion = 1;
/** Of token embeddings: several hundred questions of 20 tokens, or one of 512 with some dozens beside it. */
const maxRecentBytes = 16 * 1024 ** 2;

/**
 * Embeds on the CPU, one text an inference, in threads of its own: a text's vector does not depend on its
 * neighbours. Texts too long for the model lose their end. Queries go before token embeddings of documents, and those
 * before documents; a call gives way after each text. Of a single query the token embeddings are kept for a while: who
 * wants them next, as late interaction does, waits for no second inference.
 *
 * The vectors of two kinds of CPU may differ in the last digits of int8 arithmetic.
 */
export function createOnnxEmbedder(options: OnnxEmbedderOptions): OnnxEmbedder {
  const { row, files, log, threads = availableParallelism(), executionProviders = cpuOnly } = options;
  const setup = { row, model: files.model, tokenizer: files.tokenizer, executionProviders };
  const shape = poolShape(threads, row.files.model.bytes, executionProviders[0] === 'cpu');
  const client = createInferencePool(setup, shape, log);
  const queries = createRecent<string, TokenEmbeddings>(maxRecentBytes, ({ vectors }) => vectors.byteLength);
  const remember = (query: string, [tokens]: readonly TokenEmbeddings[]) => {
    if (tokens !== undefined) queries.set(query, tokens);
  };
  let tokenizer: Tokenizer | null = null;
  return {
    modelId: row.name,
    fingerprint: fingerprintOf(row, files),
    location: 'local',
    dimensions: row.dimensions,
    maxTokens: row.maxTokens,
    maxTextsPerCall,
    maxTokensPerCall: Number.POSITIVE_INFINITY,
    parallelCalls: 1,
    givesTokenVectors: options.givesTokenVectors ?? true,
    get tokenizer() {
      tokenizer ??= loadTokenizer(files.tokenizer);
      return tokenizer;
    },
    async embed(texts, { purpose, tokenVectors = false, signal }) {
      assertTexts(texts, maxTextsPerCall);
      const query = tokenVectors ? null : singleQuery(texts, purpose);
      const tokens = tokenVectors ? 'compressed' : query === null ? 'none' : 'each';
      const result = await client.call({ kind: 'embed', texts, purpose, tokens }, signal);
      if (query !== null) remember(query, result.each);
      return {
        vectors: texts.map((_, index) => rowOf(result.vectors, index, row.dimensions)),
        ...(tokenVectors && { tokenVectors: result.compressed }),
        usage: { ...noModelUsage, calls: 1, inputTokens: result.tokens, truncated: result.truncated },
      };
    },
    async embedTokens(texts, { purpose, signal }) {
      assertTexts(texts, maxTextsPerCall);
      const query = singleQuery(texts, purpose);
      const known = query === null ? null : queries.get(query);
      if (known !== null) return [known];
      const { each } = await client.call({ kind: 'embed', texts, purpose, tokens: 'each' }, signal);
      if (query !== null) remember(query, each);
      return each;
    },
    close: () => client.close(),
  };
}

/** The text of a call that is for one query; null for any other. */
function singleQuery(texts: readonly string[], purpose: EmbedOptions['purpose']): string | null {
  return purpose === 'query' && texts.length === 1 ? (texts[0] ?? null) : null;
}

/** A vector with a buffer of its own, so that no reader has to mind an offset. */
function rowOf(vectors: Float32Array, index: number, dimensions: number): Float32Array {
  const vector = vectors.slice(index * dimensions, (index + 1) * dimensions);
  if (vector.length !== dimensions) throw new AppError('internal', `vector ${index} is missing`);
  return vector;
}

function fingerprintOf(row: LocalEmbeddingRow, files: ModelFiles): string {
  const { query, document } = row.prompts;
  return [
    'onnx',
    row.name,
    files.modelSha256,
    files.tokenizerSha256,
    row.pooling,
    row.maxTokens,
    JSON.stringify([query, document]),
    `encoding-${encodingVersion}`,
  ].join('|');
}
