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
import { maxSim } from './max-sim.ts';

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
 * Reranks without a model of its own: each token of the query looks for its nearest token in the passage, and
 * rare tokens count more ({@link maxSim} weighted by {@link inverseDocumentFrequencies}). Special tokens take
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
      const weights = inverseDocumentFrequencies(await options.tokenFrequencies(queryTokens.tokens));
      const scores: number[] = [];
      for (const passage of passageTokens) {
        scores.push(maxSim(queryTokens, weights, passage));
        // A passage takes a millisecond or two: others get their turn in between.
        await nextTurn();
        if (signal.aborted) throw AppError.from(signal.reason);
      }
      const inputTokens = [queryTokens, ...passageTokens].reduce((sum, { tokens }) => sum + tokens.length, 0);
      return { scores, judgements: null, usage: { ...noModelUsage, calls: 2, inputTokens }, notes: [] };
    },
    async close() {},
  };
}
