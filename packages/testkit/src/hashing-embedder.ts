import { AppError, type Embedder, noModelUsage, type Tokenizer } from '@winnow/core';
import { seedOf } from './random.ts';

export interface HashingEmbedderOptions {
  readonly dimensions?: number;
  readonly maxTokens?: number;
  readonly maxTextsPerCall?: number;
  readonly location?: Embedder['location'];
  /** Told of every call before it is answered; throwing makes the call fail. */
  readonly onCall?: (texts: readonly string[]) => void | Promise<void>;
}

/**
 * A real embedder without a model: each token adds to a direction that its hash names, so texts that share
 * words are near. Deterministic; documents and queries are embedded alike.
 */
export function createHashingEmbedder(options: HashingEmbedderOptions = {}): Embedder {
  const { dimensions = 64, maxTokens = 512, maxTextsPerCall = 32, location = 'local', onCall } = options;
  const tokenizer = createWordTokenizer();
  return {
    modelId: 'hashing',
    fingerprint: `hashing-${dimensions}`,
    location,
    dimensions,
    maxTokens,
    maxTextsPerCall,
    maxTokensPerCall: Number.POSITIVE_INFINITY,
    parallelCalls: 1,
    async embed(texts, { signal }) {
      signal.throwIfAborted();
      if (texts.length === 0 || texts.length > maxTextsPerCall || texts.includes('')) {
        throw new AppError('invalid_argument', `expected 1–${maxTextsPerCall} non-empty texts`, {
          context: { texts: texts.length },
        });
      }
      await onCall?.(texts);
      const tokens = texts.map((text) => tokenizer.tokens(text));
      return {
        vectors: tokens.map((list) => vectorOf(list, dimensions)),
        usage: { ...noModelUsage, calls: 1, inputTokens: tokens.reduce((sum, list) => sum + list.length, 0) },
      };
    },
    async close() {},
  };
}

/**
 * Tokens without a vocabulary, never more than the text has code units: Han characters one by one, other
 * words in lower case and in pieces of up to six characters, anything else that is not white space alone.
 */
export function createWordTokenizer(): Tokenizer {
  const pattern = /\p{Script=Han}|[[\p{L}\p{N}]--\p{Script=Han}]{1,6}|[^\s\p{L}\p{N}]/gv;
  const tokens = (text: string): readonly string[] =>
    (text.match(pattern) ?? []).map((token) => token.toLowerCase());
  return { tokens, count: (text) => tokens(text).length };
}

function vectorOf(tokens: readonly string[], dimensions: number): Float32Array {
  const values = new Float32Array(dimensions);
  for (const token of tokens) {
    const seed = seedOf(token);
    const index = seed % dimensions;
    values[index] = (values[index] ?? 0) + (seed >>> 31 === 0 ? 1 : -1);
  }
  const norm = Math.hypot(...values);
  if (norm === 0) values[0] = 1;
  return norm === 0 ? values : values.map((value) => value / norm);
}
