import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  AppError,
  noModelUsage,
  type Reranker,
  type TokenEmbedder,
  type TokenFrequencies,
} from '@winnow/core';
import { assertTexts } from '../assert-texts.ts';
import { inverseDocumentFrequencies } from './inverse-document-frequency.ts';
import { maxSimInSlices } from './max-sim.ts';

export interface LateInteractionOptions {
  /** The corpus' own embedder. It is not closed with the reranker. */
  readonly embedder: TokenEmbedder;
  /** Of that embedder. */
  readonly modelId: string;
  /** In how many chunks of the corpus each token stands, in the order asked for. */
  readonly tokenFrequencies: (tokens: readonly string[]) => Promise<TokenFrequencies>;
  /** Passages worth scoring; 20 by default. */
  readonly depth?: number;
}

const defaultDepth = 20;
/**
 * Tokens of a query that are compared with those of the passages: the rarest. Questions have a few dozen; a pasted page
 * has as many as the model reads. So one search takes at most 128 × 20 × a passage's numbers of products, in slices.
 */
const maxComparedTokens = 128;

/**
 * Reranks without a model of its own: each token of the query looks for its nearest token in the passage, and
 * rare tokens count more ({@link maxSimInSlices} weighted by {@link inverseDocumentFrequencies}). Special tokens take
 * no part. Scores are to be added to the fused score: alone they order worse than it.
 */
export function createLateInteractionReranker(options: LateInteractionOptions): Reranker {
  const { embedder, depth = defaultDepth } = options;
  return {
    modelId: `late-interaction:${options.modelId}`,
    scale: 'relative',
    depth,
    async rerank(query, passages, { signal }) {
      const texts = passages.map((passage) => passage.text);
      assertTexts(texts, depth);
      // Asked for together; the model takes the query first.
      const [[queryTokens], passageTokens] = await Promise.all([
        embedder.embedTokens([query], { purpose: 'query', signal }),
        embedder.embedTokens(texts, { purpose: 'document', signal }),
      ]);
      if (queryTokens === undefined || passageTokens.length !== texts.length) {
        throw new AppError(
          'internal',
          `${passageTokens.length} token embeddings for ${texts.length} passages`,
        );
      }
      const weights = heaviest(
        inverseDocumentFrequencies(await options.tokenFrequencies(queryTokens.tokens)),
      );
      const scores: number[] = [];
      for (const passage of passageTokens) {
        const slices = maxSimInSlices(queryTokens, weights, passage);
        for (let slice = slices.next(); ; slice = slices.next()) {
          if (slice.done === true) scores.push(slice.value);
          // Others get their turn in between.
          await nextTurn();
          if (signal.aborted) throw AppError.from(signal.reason);
          if (slice.done === true) break;
        }
      }
      const inputTokens = [queryTokens, ...passageTokens].reduce((sum, { tokens }) => sum + tokens.length, 0);
      return { scores, judgements: null, usage: { ...noModelUsage, calls: 2, inputTokens }, notes: [] };
    },
    async close() {},
  };
}

/** The same weights, but 0 for those beyond the heaviest {@link maxComparedTokens}; the first of equal ones stay. */
function heaviest(weights: readonly number[]): readonly number[] {
  if (weights.length <= maxComparedTokens) return weights;
  const order = weights
    .map((_, index) => index)
    .sort((one, other) => (weights[other] ?? 0) - (weights[one] ?? 0));
  const kept = new Set(order.slice(0, maxComparedTokens));
  return weights.map((weight, index) => (kept.has(index) ? weight : 0));
}
