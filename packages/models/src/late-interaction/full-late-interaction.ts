import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, noModelUsage, type Reranker } from '@winnow/core';
import { assertTexts } from '../assert-texts.ts';
import { inverseDocumentFrequencies } from './inverse-document-frequency.ts';
import { defaultDepth, heaviest, type LateInteractionOptions } from './late-interaction-reranker.ts';
import { maxSimInSlices } from './max-sim.ts';

type FullLateInteractionOptions = Pick<
  LateInteractionOptions,
  'embedder' | 'modelId' | 'tokenFrequencies' | 'depth'
>;

/**
 * Reranks without a model of its own: each token of the query looks for its nearest token in the passage, and
 * rare tokens count more ({@link maxSimInSlices} weighted by {@link inverseDocumentFrequencies}). Special tokens take
 * no part. Scores are to be added to the fused score: alone they order worse than it.
 * Token vectors are computed for each query and compared in full: slower than kept ones, and on some corpora better.
 */
export function createFullLateInteractionReranker(options: FullLateInteractionOptions): Reranker {
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
